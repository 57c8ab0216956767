// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readdir } from "node:fs/promises";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError, UsageError } from "../../errors.js";
import { exportLoupedb } from "../loupedb/export-loupedb.js";
import type { Store } from "../store.js";
import { formatCsv } from "./csv.js";
import { formatJson } from "./json.js";
import { exportManifests } from "./manifests.js";
import { writeStream } from "./write-stream.js";

/** A format, and where it goes to. */
export type Export =
  | { readonly format: "csv"; readonly output: string | undefined }
  | { readonly format: "json"; readonly output: string | undefined }
  | { readonly format: "manifests"; readonly output: string }
  | { readonly format: "loupedb"; readonly output: string };

const FORMATS = ["csv", "json", "manifests", "loupedb"] as const;

/** Understands the words of the command line. Throws UsageError for an unknown format, and where a directory is needed. */
export function parseExportFormat(text: string, output: string | undefined): Export {
  const format = FORMATS.find((known) => known === text);
  if (format === undefined) {
    throw new UsageError(`${JSON.stringify(text)} is no format; choose from ${FORMATS.join(", ")}`);
  }
  if (format === "csv" || format === "json") {
    return { format, output };
  }
  if (output === undefined) {
    throw new UsageError(`${format} is a directory of files: give --output DIRECTORY`);
  }
  return { format, output };
}

/** Files of an earlier export would mix with those of this one. */
async function openDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new EnvironmentError(`cannot make the directory ${directory}: ${describeCause(cause)}`, { cause });
  }
  if ((await readdir(directory)).length > 0) {
    throw new UsageError(`${directory} is not empty; name a new or an empty directory`);
  }
}

/**
 * Writes what the database holds. What a format cannot hold is told to `report`. Returns a sentence that sums it up, where that
 * is not on standard output itself. Throws UsageError or EnvironmentError where it cannot be written.
 */
export async function exportFormat(
  store: Store,
  target: Export,
  report: (sentence: string) => void,
): Promise<string | undefined> {
  if (target.format === "csv" || target.format === "json") {
    await writeStream(target.output, target.format === "csv" ? formatCsv(store) : formatJson(store));
    return target.output && `${target.output}: written`;
  }
  await openDirectory(target.output);
  const manifests = target.format === "manifests";
  const written = await (manifests ? exportManifests : exportLoupedb)(store, target.output, report);
  return `${target.output}: ${written} ${manifests ? "manifests" : "runs"}`;
}
