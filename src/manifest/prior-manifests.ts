// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type EarlierResult, learnPrior, type Prior } from "../analysis/prior.js";
import { UsageError } from "../errors.js";
import { readManifest } from "./read-manifest.js";
import type { Manifest } from "./schema.js";

const SUFFIX = ".loupe.json";

function toResults({ features }: Manifest): readonly EarlierResult[] {
  return features.flatMap(({ kind, name, stub, fake }) =>
    stub === undefined || fake === undefined
      ? []
      : [
          { kind, name, treatment: "stub", works: stub.works },
          { kind, name, treatment: "fake", works: fake.works },
        ],
  );
}

async function listManifests(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`--prior ${path}: no such file or directory`, { cause });
  });
  if (!status.isDirectory()) {
    return [path];
  }
  const names = (await readdir(path)).filter((name) => name.endsWith(SUFFIX)).sort();
  if (names.length === 0) {
    throw new UsageError(`--prior ${path}: there is no manifest (*${SUFFIX}) in this directory`);
  }
  return names.map((name) => join(path, name));
}

/** Learns from manifests (files, or directories of `*.loupe.json`) what to try first. Throws UsageError for unusable ones. */
export async function readPrior(paths: readonly string[]): Promise<Prior> {
  const results: EarlierResult[] = [];
  for (const file of (await Promise.all(paths.map(listManifests))).flat()) {
    results.push(...toResults(await readManifest(file)));
  }
  return learnPrior(results);
}
