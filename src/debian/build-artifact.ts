// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";

/** dh leaves it when its build sequence has ended (compatibility level 10 and higher); dh_clean deletes it. */
const BUILD_STAMP = "debhelper-build-stamp";

/**
 * Whether dh has built the package that is in this tree, and has thus run dh_loupe, if its add-on is active. At compatibility level 9
 * and lower, where there is no stamp, dh_loupe's own entry in the logs of debhelper tells.
 */
export async function wasBuiltByDh(tree: string): Promise<boolean> {
  const names = await readdir(join(tree, "debian"));
  const logs = names.filter((name) => name.endsWith(".debhelper.log"));
  const texts = await Promise.all(logs.map((name) => readFile(join(tree, "debian", name), "utf8").catch(() => "")));
  return names.includes(BUILD_STAMP) || texts.some((text) => text.split("\n").includes("dh_loupe"));
}

/**
 * Lists a file beside the tree in debian/files, so that .changes names it and build daemons deliver it with the packages.
 * Throws EnvironmentError.
 */
export async function addBuildArtifact(tree: string, name: string): Promise<void> {
  const { failed, stderr, cause } = await execa("dpkg-distaddfile", [name, "misc", "optional"], {
    cwd: tree,
    reject: false,
  });
  if (failed) {
    throw new EnvironmentError(`${name} cannot be listed in debian/files: ${stderr.trim()}`, { cause });
  }
}
