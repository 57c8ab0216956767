// SPDX-License-Identifier: GPL-3.0-or-later
import { statSync } from "node:fs";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { Kysely } from "kysely";
import { UsageError } from "../errors.js";
import type { Connection, OpenMode } from "./connection.js";
import { ForeignDatabaseError } from "./database-error.js";
import { SQLITE_DIALECT } from "./migrations/migration.js";
import { makeSqliteDialect } from "./sqlite-driver.js";
import { explainSqliteError } from "./sqlite-errors.js";
import type { Tables } from "./tables.js";

/** "Loup" in the header of the file, where file(1) and other programs see whose it is. */
const APPLICATION_ID = 0x4c_6f_75_70;
/** Merging a whole distribution comes back to the same pages again and again. */
const CACHE_KIBIBYTES = 64 * 1024;
/** Pages of 4 KiB that the log may have before they are put into the database. */
const LOG_PAGES = 4096;

/** For the moments in which another program opens or closes the file. */
const BUSY_MILLISECONDS = 500;

function requireFile(file: string, mode: OpenMode): void {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined && mode === "existing") {
    throw new UsageError(`${file}: no such database; "loupe db merge --db ${file} MANIFEST..." makes it`);
  }
  if (status !== undefined && !status.isFile()) {
    throw new UsageError(`${file}: not a regular file; a database is a file, or a postgres:// URL`);
  }
}

function readPragma(database: DatabaseSyncInstance, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() as Record<string, unknown>)[0];
}

/** A file of our own has our mark; an empty one gets it; any other one is left alone. */
function requireOwn(database: DatabaseSyncInstance, file: string, mode: OpenMode): void {
  if (readPragma(database, "application_id") === APPLICATION_ID) {
    return;
  }
  const { tables } = database.prepare("select count(*) as tables from sqlite_schema").get() as { tables: number };
  if (tables > 0) {
    throw new ForeignDatabaseError(`${file} is an SQLite database, but not one of Loupe; name another file`);
  }
  if (mode === "create") {
    database.exec(`pragma application_id = ${APPLICATION_ID}`);
  }
}

function prepare(database: DatabaseSyncInstance, file: string, mode: OpenMode): void {
  database.exec(`pragma busy_timeout = ${BUSY_MILLISECONDS}`);
  requireOwn(database, file, mode);
  // With a write-ahead log, readers and one writer do not wait for each other, and a commit need not wait for the disk: after a
  // power failure the last merges may be missing, never parts of them.
  database.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");
  database.exec(`pragma cache_size = -${CACHE_KIBIBYTES}; pragma wal_autocheckpoint = ${LOG_PAGES}`);
}

/**
 * Opens an SQLite file. Throws UsageError (no such file, not a file), ForeignDatabaseError (somebody else's) or DatabaseError
 * (locked, not writable, damaged).
 */
export function openSqlite(file: string, mode: OpenMode, lockWaitMilliseconds: number): Connection {
  requireFile(file, mode);
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(file);
    prepare(database, file, mode);
  } catch (cause) {
    database?.close();
    throw explainSqliteError(file, lockWaitMilliseconds, cause) ?? cause;
  }
  return {
    engine: "sqlite",
    location: file,
    kysely: new Kysely<Tables>({ dialect: makeSqliteDialect(database, lockWaitMilliseconds) }),
    dialect: SQLITE_DIALECT,
    placeholder: () => "?",
    // A transaction has the whole file.
    lockPackage: async () => {},
    explain: (cause) => explainSqliteError(file, lockWaitMilliseconds, cause),
    isTransient: () => false,
  };
}
