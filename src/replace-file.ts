// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describeCause } from "./describe-cause.js";
import { EnvironmentError, type LoupeError, UsageError } from "./errors.js";

const NO_SPACE: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];

function explain(file: string, cause: unknown): LoupeError {
  const { code = "" } = cause as NodeJS.ErrnoException;
  return NO_SPACE.includes(code)
    ? new EnvironmentError(`cannot write ${file}: no space left; free some space and try again`, { cause })
    : new UsageError(`cannot write ${file}: ${describeCause(cause)}`, { cause });
}

/** The file itself behind symbolic links. A device or a pipe cannot be replaced, and must not be. */
async function resolveTarget(file: string, what: string): Promise<string> {
  const status = await stat(file).catch(() => undefined);
  if (status === undefined) {
    return file;
  }
  if (!status.isFile()) {
    throw new UsageError(`cannot write ${file}: it is not a regular file; name a file for the ${what}`);
  }
  return realpath(file);
}

async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o666);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file so that it is, at any moment, the old one or the new one, whole; `what` it is to hold is named in errors.
 * Throws EnvironmentError on a full disk, UsageError where the file cannot be made; nothing half-written is left.
 */
export async function replaceFile(file: string, content: string | Uint8Array, what: string): Promise<void> {
  const target = await resolveTarget(file, what);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, content);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explain(file, cause);
  }
}
