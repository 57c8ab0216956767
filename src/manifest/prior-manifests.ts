// SPDX-License-Identifier: GPL-3.0-or-later
import { type EarlierResult, learnPrior, type Prior } from "../analysis/prior.js";
import { readManifest } from "./read-manifest.js";
import { listManifests } from "./read-manifests.js";
import type { Manifest } from "./schema.js";

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

/** Learns from manifests (files, or directories of `*.loupe.json`) what to try first. Throws UsageError for unusable ones. */
export async function readPrior(paths: readonly string[]): Promise<Prior> {
  const results: EarlierResult[] = [];
  for (const file of (await Promise.all(paths.map((path) => listManifests(path, `--prior ${path}`)))).flat()) {
    results.push(...toResults(await readManifest(file)));
  }
  return learnPrior(results);
}
