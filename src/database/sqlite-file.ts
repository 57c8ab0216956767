// SPDX-License-Identifier: GPL-3.0-or-later
// What can be known of an SQLite file before SQLite opens it, which may change what it opens (sqlite.org/fileformat.html).
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";
import type { OpenMode } from "./connection.js";
import { DatabaseError, ForeignDatabaseError, NothingMergedError } from "./database-error.js";

/** "Loup" in the header of the file, where file(1) and other programs see whose it is. */
export const APPLICATION_ID = 0x4c_6f_75_70;
const APPLICATION_ID_OFFSET = 68;
/** 1 for a file with a rollback journal, 2 for one with a write-ahead log. */
const READ_VERSION_OFFSET = 19;
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";

/** What is said of a database that somebody else's program has made. */
export function foreignSqliteError(file: string): ForeignDatabaseError {
  return new ForeignDatabaseError(`${file} is an SQLite database, but not one of Loupe; name another file`);
}

function explainUnreadable(file: string, cause: unknown): DatabaseError {
  return new DatabaseError(`${file}: may not be read: ${describeCause(cause)}`, "unreachable", { cause });
}

function readStatus(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    throw explainUnreadable(file, cause);
  }
}

function readHeader(file: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(descriptor, header, 0, HEADER_BYTES, 0));
  } catch (cause) {
    throw explainUnreadable(file, cause);
  } finally {
    if (descriptor !== undefined) {
      closeSync(descriptor);
    }
  }
}

function requireOwnHeader(file: string): void {
  const header = readHeader(file);
  if (header.length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new ForeignDatabaseError(`${file} is no SQLite database; name another file`);
  }
  if (header.readUInt32BE(APPLICATION_ID_OFFSET) !== APPLICATION_ID) {
    throw foreignSqliteError(file);
  }
}

/**
 * Refuses what is no database that could be opened, and leaves it as it is. Throws UsageError (no such file, not a file),
 * ForeignDatabaseError (nothing in it, somebody else's) or DatabaseError (may not be read).
 */
export function inspectFile(file: string, mode: OpenMode): void {
  const status = readStatus(file);
  if (status === undefined) {
    if (mode === "create") {
      return;
    }
    throw new UsageError(`${file}: no such database; "loupe db merge --db ${file} MANIFEST..." makes it`);
  }
  if (!status.isFile()) {
    throw new UsageError(`${file}: not a regular file; a database is a file, or a postgres:// URL`);
  }
  if (status.size === 0 && mode !== "create") {
    throw new NothingMergedError(file);
  }
  // Not where this process may have the file open already: closing it here would take the locks away that SQLite has on it (fcntl_locking(2)).
  if (mode === "read") {
    requireOwnHeader(file);
  }
}

/** Whether changes go into a write-ahead log first; otherwise reading needs no file beside this one. Throws DatabaseError. */
export function usesLog(file: string): boolean {
  return readHeader(file)[READ_VERSION_OFFSET] === 2;
}

/** Whether this user may change the file, and make files beside it as SQLite does; false on a file system that is mounted read-only. */
export function mayWrite(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    accessSync(dirname(realpathSync(file)), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
