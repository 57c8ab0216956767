// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, stat } from "node:fs/promises";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";
import { manifestSchema } from "./consistency.js";
import { findDuplicateKey } from "./duplicate-keys.js";
import { MANIFEST_SCHEMA, type Manifest } from "./schema.js";

/** The largest known programs use a few hundred features; a file of this size is no manifest. */
export const LARGEST_MANIFEST_BYTES = 16 * 1024 * 1024;

/** A file that is not a manifest that this version understands. */
export class ManifestError extends UsageError {
  override readonly name = "ManifestError";
}

/** The text of a file that may be a manifest. Throws ManifestError for one that cannot be read or is too large to be one. */
export async function readManifestText(file: string): Promise<string> {
  try {
    const status = await stat(file);
    if (!status.isFile()) {
      throw new ManifestError(`${file}: not a regular file; give the path of a manifest`);
    }
    if (status.size > LARGEST_MANIFEST_BYTES) {
      throw new ManifestError(`${file}: ${status.size} bytes; a manifest has at most ${LARGEST_MANIFEST_BYTES}`);
    }
    return await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof ManifestError) {
      throw cause;
    }
    throw new ManifestError(`${file}: cannot be read: ${describeCause(cause)}`, { cause });
  }
}

function parseJson(file: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ManifestError(`${file}: not JSON: ${describeCause(cause).replace(/\s+/g, " ")}`, { cause });
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw new ManifestError(`${file}: the key ${JSON.stringify(duplicate.slice(0, 60))} is there twice in one object`);
  }
  return value;
}

function requireKnownSchema(file: string, value: unknown): void {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema === MANIFEST_SCHEMA) {
    return;
  }
  if (typeof schema === "string" && /^loupe-manifest\/\d+$/.test(schema)) {
    throw new ManifestError(`${file}: schema is ${schema}, this version reads ${MANIFEST_SCHEMA}; use a newer Loupe`);
  }
  throw new ManifestError(`${file}: schema is not ${JSON.stringify(MANIFEST_SCHEMA)}; this is no manifest`);
}

function formatPath(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("") || ".";
}

/** Understands the text of a manifest; `file` is named in errors. Throws ManifestError. */
export function parseManifest(text: string, file: string): Manifest {
  const value = parseJson(file, text);
  requireKnownSchema(file, value);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ManifestError(`${file}: ${formatPath(issue?.path ?? [])}: ${issue?.message ?? "not as expected"}`, {
      cause: parsed.error,
    });
  }
  return parsed.data;
}

/**
 * Reads a manifest. Throws ManifestError, which names the file, the place in it and what was expected there: not readable,
 * too large, not JSON, another or a later schema, a value of the wrong kind, parts that contradict each other.
 */
export async function readManifest(file: string): Promise<Manifest> {
  return parseManifest(await readManifestText(file), file);
}
