// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { UsageError } from "../errors.js";
import type { Row } from "./tables.js";

/** How many hexadecimal digits of a SHA-256 identify a measurement: 128 bits. */
const IDENTIFIER_DIGITS = 32;

/** Longest texts that rows are found by; PostgreSQL's indexes take about 2,700 bytes for all of a row's together. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_FEATURE_BYTES = 1024;
const LONGEST_PATH_BYTES = 2048;

/** The document that a measurement came as, in its canonical form. */
export interface MeasurementDocument {
  readonly format: "loupe-manifest/1" | "loupedb";
  readonly text: string;
}

/** One measurement as the rows that it becomes. */
export interface Measurement {
  readonly document: MeasurementDocument;
  readonly summary: Row<"measurements">;
  readonly features: readonly Row<"features">[];
  readonly executables: readonly Row<"executables">[];
  readonly impacts: readonly Row<"impacts">[];
  readonly conflicts: readonly Row<"conflicts">[];
  readonly staticFeatures: readonly Row<"static_features">[];
  readonly sourceResults: readonly Row<"source_results">[];
}

/** A document that is right in itself, but that no database can take. */
export class UnstorableError extends UsageError {
  override readonly name = "UnstorableError";
}

/** The name of a measurement: from its content alone, so that the same document is the same measurement everywhere. */
export function identify(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, IDENTIFIER_DIGITS);
}

/** Characters that PostgreSQL's texts cannot have, or UTF-8 cannot write: NUL, and half of a pair. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

/** Words for people, such as the end of a log: what cannot be stored is shown as a replacement character. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, "\ufffd");
}

function requireStorable(what: string, text: string, longest: number): void {
  if (text.search(UNSTORABLE) >= 0) {
    throw new UnstorableError(
      `${what} ${JSON.stringify(text)} has a character that cannot be stored (NUL or half of a pair)`,
    );
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > longest) {
    throw new UnstorableError(
      `${what} ${JSON.stringify(text.slice(0, 40))}... has ${bytes} bytes; at most ${longest} can be stored`,
    );
  }
}

/** Throws UnstorableError for what is there twice where the database has room for it once. */
function requireUnique(what: string, names: readonly (readonly string[])[]): void {
  const seen = new Set<string>();
  for (const words of names) {
    const key = JSON.stringify(words);
    if (seen.has(key)) {
      throw new UnstorableError(`${what} ${words.join(" ")} is there twice`);
    }
    seen.add(key);
  }
}

/** Checks the texts that rows are found by: they are kept exactly, once, or not at all. Throws UnstorableError, which names them. */
export function checkStorable(described: Measurement): void {
  const { summary, features, executables, impacts, staticFeatures, sourceResults } = described;
  requireStorable("package", summary.package, LONGEST_NAME_BYTES);
  requireStorable("version", summary.version, LONGEST_NAME_BYTES);
  requireStorable("architecture", summary.architecture, LONGEST_NAME_BYTES);
  requireStorable("workload", summary.workload_name, LONGEST_NAME_BYTES);
  for (const { name } of features) {
    requireStorable("feature", name, LONGEST_FEATURE_BYTES);
  }
  for (const { name } of staticFeatures) {
    requireStorable("system call", name, LONGEST_FEATURE_BYTES);
  }
  for (const { function: name, syscall } of sourceResults) {
    requireStorable("function", name, LONGEST_FEATURE_BYTES);
    requireStorable("system call", syscall, LONGEST_FEATURE_BYTES);
  }
  for (const { path } of executables) {
    requireStorable("executable", path, LONGEST_PATH_BYTES);
  }
  for (const { metric } of impacts) {
    requireStorable("metric", metric, LONGEST_NAME_BYTES);
  }
  requireUnique(
    "executable",
    executables.map(({ path }) => [path]),
  );
  requireUnique(
    "impact",
    impacts.map(({ kind, name, treatment, metric }) => [kind, name, treatment, metric]),
  );
  requireUnique(
    "result",
    sourceResults.map(({ function: name, syscall }) => [name, syscall]),
  );
}
