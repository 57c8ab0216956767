// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { readManifest } from "./read-manifest.js";
import type { Manifest } from "./schema.js";

const SUFFIX = ".loupe.json";

/**
 * The manifests that a path stands for: itself, or the `*.loupe.json` of a directory, sorted. Throws UsageError where there is
 * none; `origin` is what the path was given as.
 */
export async function listManifests(path: string, origin = path): Promise<readonly string[]> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`${origin}: no such file or directory`, { cause });
  });
  if (!status.isDirectory()) {
    return [path];
  }
  const names = (await readdir(path)).filter((name) => name.endsWith(SUFFIX)).sort();
  if (names.length === 0) {
    throw new UsageError(`${origin}: there is no manifest (*${SUFFIX}) in this directory`);
  }
  return names.map((name) => join(path, name));
}

/** Reads manifests, given as files or directories of `*.loupe.json`. Throws UsageError for unusable ones. */
export async function readManifests(paths: readonly string[]): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const file of await listManifests(path)) {
      manifests.push(await readManifest(file));
    }
  }
  return manifests;
}
