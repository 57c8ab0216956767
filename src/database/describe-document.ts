// SPDX-License-Identifier: GPL-3.0-or-later
import { parseManifest } from "../manifest/read-manifest.js";
import { describeLoupedbRun, parseLoupedbDocument } from "./loupedb/loupedb-measurement.js";
import { describeManifest } from "./manifest-measurement.js";
import type { Measurement } from "./measurement.js";
import type { Row } from "./tables.js";

/** The tables whose rows come of one document each. */
export const DOCUMENT_TABLES = [
  "measurements",
  "features",
  "executables",
  "impacts",
  "conflicts",
  "static_features",
  "source_results",
] as const;

export type DocumentTable = (typeof DOCUMENT_TABLES)[number];

/** The rows of a measurement, by their tables. */
export function listRows(described: Measurement): { readonly [Table in DocumentTable]: readonly Row<Table>[] } {
  const { summary, features, executables, impacts, conflicts, staticFeatures, sourceResults } = described;
  return {
    measurements: [summary],
    features,
    executables,
    impacts,
    conflicts,
    static_features: staticFeatures,
    source_results: sourceResults,
  };
}

/** Derives the rows from a merged document once more. Throws what is wrong with it. */
export function describeDocument(format: string, text: string): Measurement {
  return format === "loupedb"
    ? describeLoupedbRun(parseLoupedbDocument(text))
    : describeManifest(parseManifest(text, "document"));
}
