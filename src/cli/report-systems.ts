// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from "node:path";
import { readOsList } from "../planning/input/os-list.js";
import { type DebianArchitecture, KERNEL_ARCHITECTURES, type NamedSystem } from "../reports/selection.js";
import { tellNotes } from "./line-notes.js";

/**
 * Reads the lists of operating systems, which are called as their files; where two have the same name, by their whole paths. Throws
 * PlanningInputError with file and line.
 */
export async function readSystems(
  files: readonly string[],
  architecture: DebianArchitecture,
): Promise<readonly NamedSystem[]> {
  const names = files.map((file) => basename(file).replace(/\.(syscalls|csv|txt)$/, ""));
  const systems: NamedSystem[] = [];
  for (const [index, file] of files.entries()) {
    const support = await readOsList(file, KERNEL_ARCHITECTURES[architecture]);
    const name = names[index] ?? file;
    tellNotes(
      [...support.unknown, ...support.notes],
      (count) => `${file}: ${count} more lines are no plain names of calls`,
    );
    systems.push({ name: names.indexOf(name) === names.lastIndexOf(name) ? name : file, support });
  }
  return systems;
}
