// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";
import type { Manifest } from "../manifest/schema.js";
import { hashFile, readElfIdentity } from "../workload/elf.js";
import { analyzeElf } from "./analyze-elf.js";
import type { ModuleLoader } from "./modules.js";

type ManifestExecutable = Manifest["executables"][number];

/** A manifest with what the code of its executables says, and sentences about those that were left out. */
export interface ExtendedManifest {
  readonly manifest: Manifest;
  readonly leftOut: readonly string[];
}

/** Why the file is not the one that was measured, or undefined when it is. */
async function findDifference(path: string, { sha256, buildId }: ManifestExecutable): Promise<string | undefined> {
  try {
    const identity = await readElfIdentity(path);
    if (identity === undefined) {
      return "is no ELF file";
    }
    if (sha256 !== null) {
      return (await hashFile(path)) === sha256 ? undefined : "is not the file that was measured (SHA-256)";
    }
    return buildId !== null && identity.buildId === buildId
      ? undefined
      : "cannot be told to be the file that was measured";
  } catch (cause) {
    return `cannot be read: ${describeCause(cause)}`;
  }
}

/**
 * Adds the system calls in the code of a manifest's executables to it. Relative paths start at `directory`, the tree in which it was
 * measured. Only files that are still the same count. Throws UsageError where there is none, and as `analyzeElf` does.
 */
export async function addStaticToManifest(
  manifest: Manifest,
  directory: string,
  loader: ModuleLoader,
): Promise<ExtendedManifest> {
  const leftOut: string[] = [];
  const executables: ManifestExecutable[] = [];
  for (const executable of manifest.executables) {
    const path = resolve(directory, executable.path);
    const difference = await findDifference(path, executable);
    if (difference !== undefined) {
      leftOut.push(`${path} ${difference}`);
      executables.push(executable);
      continue;
    }
    const { syscalls, unknown } = await analyzeElf(loader, path, []);
    const found = {
      syscalls: syscalls.map(({ name }) => name),
      unknown: unknown.map(({ description }) => description),
    };
    executables.push({ ...executable, static: found });
  }
  if (leftOut.length === executables.length) {
    throw new UsageError(
      executables.length === 0
        ? "the manifest has no executables"
        : `none of the manifest's executables is here: ${leftOut.join("; ")}`,
    );
  }
  return { manifest: { ...manifest, executables }, leftOut };
}
