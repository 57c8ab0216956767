// SPDX-License-Identifier: GPL-3.0-or-later
import { compareManifests } from "../manifest/compare.js";
import { readManifest } from "../manifest/read-manifest.js";
import { type FailOn, ignoreFeatures, isFinding } from "../manifest/select-drift.js";
import { renderDriftTable } from "./drift-table.js";
import { printResult } from "./output.js";

/** The options of `loupe compare`. */
export interface CompareOptions {
  readonly json: boolean;
  readonly failOn: FailOn;
  /** Names of features that do not count. */
  readonly ignore: readonly string[];
}

const DRIFT_STATUS = 1;

/**
 * `loupe compare`: tells how a manifest differs from an earlier one. Returns the exit status: 1 when it differs
 * in a way that counts, else 0.
 * Throws ManifestError for a file that is no manifest.
 */
export async function compareCommand(before: string, after: string, options: CompareOptions): Promise<number> {
  const drift = ignoreFeatures(compareManifests(await readManifest(before), await readManifest(after)), options.ignore);
  await printResult(options.json ? `${JSON.stringify(drift, null, 2)}\n` : renderDriftTable(drift));
  return isFinding(drift, options.failOn) ? DRIFT_STATUS : 0;
}
