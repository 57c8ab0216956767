// SPDX-License-Identifier: GPL-3.0-or-later
import type { LoupeError } from "../errors.js";
import { DatabaseError, ForeignDatabaseError } from "./database-error.js";

/** How long a program waits until another one has written, where it is not told. */
export const LOCK_WAIT_MILLISECONDS = 10_000;

/** The words of SQLite itself (sqlite3_errstr): errors that arise while rows are read come without their code. */
const CODES: readonly (readonly [words: string, code: string])[] = [
  ["database is locked", "SQLITE_BUSY"],
  ["database or disk is full", "SQLITE_FULL"],
  ["disk I/O error", "SQLITE_IOERR"],
  ["attempt to write a readonly database", "SQLITE_READONLY"],
  ["unable to open database file", "SQLITE_CANTOPEN"],
  ["file is not a database", "SQLITE_NOTADB"],
  ["database disk image is malformed", "SQLITE_CORRUPT"],
];

/** The primary result code of an error (sqlite.org/rescode.html); undefined for an error that is none of SQLite's. */
export function readSqliteCode(cause: unknown): string | undefined {
  const { code, sqliteCodeName, message = "" } = cause as Record<string, string | undefined>;
  if (sqliteCodeName !== undefined) {
    return sqliteCodeName.replace(/^(SQLITE_[A-Z]+).*$/, "$1");
  }
  return code === "ERR_SQLITE_ERROR" ? CODES.find(([words]) => message.includes(words))?.[1] : undefined;
}

/** Tells what an error of SQLite means, where a user can do something about it. */
export function explainSqliteError(file: string, lockWaitMilliseconds: number, cause: unknown): LoupeError | undefined {
  const { sqliteErrorString, message } = cause as Record<string, string | undefined>;
  const detail = sqliteErrorString ?? message;
  switch (readSqliteCode(cause)) {
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return new DatabaseError(
        `${file} is locked: another program has been writing for ${lockWaitMilliseconds / 1000} s; try again when it is done`,
        "locked",
        { cause },
      );
    case "SQLITE_FULL":
      return new DatabaseError(`${file}: no space left; free some and repeat: nothing is half-merged`, "full", {
        cause,
      });
    case "SQLITE_IOERR":
      return new DatabaseError(`${file}: reading or writing failed, maybe for lack of space: ${detail}`, "full", {
        cause,
      });
    case "SQLITE_READONLY":
    case "SQLITE_PERM":
    case "SQLITE_CANTOPEN":
      return new DatabaseError(`${file} or its directory may not be written: ${detail}`, "unwritable", { cause });
    case "SQLITE_NOTADB":
      return new ForeignDatabaseError(`${file} is no SQLite database; name another file`, { cause });
    case "SQLITE_CORRUPT":
      return new DatabaseError(`${file} is damaged (${detail}): merge the manifests into a new file`, "damaged", {
        cause,
      });
    default:
      return undefined;
  }
}
