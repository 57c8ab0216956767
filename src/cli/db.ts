// SPDX-License-Identifier: GPL-3.0-or-later
import { checkDatabase } from "../database/check.js";
import type { OpenMode } from "../database/connection.js";
import { exportFormat, parseExportFormat } from "../database/export/export.js";
import { formatIrregularity } from "../database/loupedb/format.js";
import { importLoupedb } from "../database/loupedb/import-loupedb.js";
import { type MergeCounts, mergeFiles } from "../database/merge-files.js";
import { openDatabase } from "../database/open-database.js";
import type { Store } from "../database/store.js";
import { printMessage } from "./output.js";

/** The option of every command that works on a database. */
export interface DatabaseOptions {
  readonly db: string;
}

/** The options of `loupe db export`. */
export interface ExportOptions extends DatabaseOptions {
  readonly output?: string;
}

const FINDING_STATUS = 1;
const REFUSED_STATUS = 2;

/** Does something with an open database, and closes it in any case. */
export async function withDatabase<Result>(
  { db }: DatabaseOptions,
  mode: OpenMode,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openDatabase(db, mode);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function finishMerge({ added, unchanged, refused }: MergeCounts, store: Store): number {
  printMessage(`${store.location}: ${added} merged, ${unchanged} were there, ${refused} refused`);
  return refused > 0 ? REFUSED_STATUS : 0;
}

/**
 * `loupe db merge`: merges manifests, each in a transaction. What is refused is told and hinders nothing else. Returns the exit
 * status: 2 where something was refused.
 */
export async function mergeCommand(paths: readonly string[], options: DatabaseOptions): Promise<number> {
  return withDatabase(options, "create", async (store) =>
    finishMerge(await mergeFiles(store, paths, printMessage), store),
  );
}

/** `loupe db import-loupedb`: merges a loupedb database, and names whatever is irregular in it. Returns the exit status. */
export async function importLoupedbCommand(directory: string, options: DatabaseOptions): Promise<number> {
  return withDatabase(options, "create", async (store) => {
    const irregularity = (found: Parameters<typeof formatIrregularity>[0]): void =>
      printMessage(formatIrregularity(found));
    return finishMerge(await importLoupedb(store, directory, { irregularity, refused: printMessage }), store);
  });
}

/** `loupe db export`: writes csv, json, manifests or loupedb. Returns the exit status. */
export async function exportCommand(format: string, options: ExportOptions): Promise<number> {
  const known = parseExportFormat(format, options.output);
  return withDatabase(options, "read", async (store) => {
    const summary = await exportFormat(store, known, printMessage);
    if (summary !== undefined) {
      printMessage(summary);
    }
    return 0;
  });
}

/** `loupe db check`: names what does not agree with the merged documents. Returns the exit status: 1 where there is something. */
export async function checkCommand(options: DatabaseOptions): Promise<number> {
  return withDatabase(options, "read", async (store) => {
    const { measurements, problems } = await checkDatabase(store, printMessage);
    printMessage(`${store.location}: ${measurements} measurements checked, ${problems} problems`);
    return problems > 0 ? FINDING_STATUS : 0;
  });
}
