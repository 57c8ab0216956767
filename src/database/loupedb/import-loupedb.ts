// SPDX-License-Identifier: GPL-3.0-or-later
import { UnstorableError } from "../measurement.js";
import type { Store } from "../store.js";
import type { Irregularity } from "./format.js";
import { describeLoupedbRun } from "./loupedb-measurement.js";
import { readLoupedb } from "./read-directory.js";

/** What an import says while it goes on. */
export interface ImportReport {
  irregularity(irregularity: Irregularity): void;
  /** A run that is not imported, and why, in a sentence that names it. */
  refused(sentence: string): void;
}

/** How many runs were new, there already, and not understood. */
export interface ImportCounts {
  readonly added: number;
  readonly unchanged: number;
  readonly refused: number;
}

/**
 * Merges all runs of a loupedb database, each in a transaction. Throws UsageError where the directory is none, DatabaseError where the
 * store cannot be worked with.
 */
export async function importLoupedb(store: Store, directory: string, report: ImportReport): Promise<ImportCounts> {
  const counts = { added: 0, unchanged: 0, refused: 0 };
  for await (const { run, error, directory: place } of readLoupedb(directory, (found) => report.irregularity(found))) {
    try {
      if (error !== undefined) {
        throw error;
      }
      counts[await store.mergeMeasurement(describeLoupedbRun(run))]++;
    } catch (cause) {
      if (cause !== error && !(cause instanceof UnstorableError)) {
        throw cause;
      }
      counts.refused++;
      report.refused(cause instanceof UnstorableError ? `${place}: ${cause.message}` : (error?.message ?? place));
    }
  }
  return counts;
}
