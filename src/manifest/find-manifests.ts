// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../compare-text.js";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";

const SUFFIX = ".loupe.json";

/** Manifests below a directory, in the order of their paths. Links are not followed: they could lead anywhere, or in circles. */
async function listBelow(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((left, right) => compareText(left.name, right.name))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      found.push(...(await listBelow(path)));
    } else if (entry.isFile() && entry.name.endsWith(SUFFIX)) {
      found.push(path);
    }
  }
  return found;
}

/** The manifests that a path on the command line stands for: itself, or all below a directory. Throws UsageError where there is none. */
export async function findManifests(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory() !== true) {
    return [path];
  }
  const found = await listBelow(path).catch((cause) => {
    throw new UsageError(`${path}: cannot be read: ${describeCause(cause, path)}`, { cause });
  });
  if (found.length === 0) {
    throw new UsageError(`${path}: there is no manifest (*${SUFFIX}) in this directory`);
  }
  return found;
}
