// SPDX-License-Identifier: GPL-3.0-or-later
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { type Dialect, Kysely } from "kysely";
import type { Connection, OpenMode } from "./connection.js";
import { SQLITE_DIALECT } from "./migrations/migration.js";
import { makeReadingDialect, makeSqliteDialect, StatementCache } from "./sqlite-driver.js";
import { explainSqliteError } from "./sqlite-errors.js";
import { APPLICATION_ID, foreignSqliteError, inspectFile, mayWrite } from "./sqlite-file.js";
import { chooseReading } from "./sqlite-reading.js";
import type { Tables } from "./tables.js";

/** Merging a whole distribution comes back to the same pages again and again. */
const CACHE_KIBIBYTES = 64 * 1024;
/** Pages of 4 KiB that the log may have before they are put into the database. */
const LOG_PAGES = 4096;

/** For the moments in which another program opens or closes the file. */
const BUSY_MILLISECONDS = 500;

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
    throw foreignSqliteError(file);
  }
  if (mode === "create") {
    database.exec(`pragma application_id = ${APPLICATION_ID}`);
  }
}

function prepare(database: DatabaseSyncInstance, file: string, mode: OpenMode): void {
  database.exec(`pragma busy_timeout = ${BUSY_MILLISECONDS}`);
  database.exec(`pragma cache_size = -${CACHE_KIBIBYTES}`);
  if (mode === "read") {
    return;
  }
  requireOwn(database, file, mode);
  // With a write-ahead log, readers and one writer do not wait for each other, and a commit need not wait for the disk: after a
  // power failure the last merges may be missing, never parts of them.
  database.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");
  database.exec(`pragma wal_autocheckpoint = ${LOG_PAGES}`);
}

type Opened = Pick<Connection, "readOnly"> & { readonly dialect: Dialect };

/**
 * Who may write opens the file for writing, and never writes: SQLite then takes its log and its memory file away when the last program closes,
 * which it does not where a file was opened for reading only. Who may not write reads what is there.
 */
function openFile(file: string, mode: OpenMode, lockWaitMilliseconds: number): Opened {
  const protectedFile = mode === "read" && !mayWrite(file);
  const way = protectedFile ? chooseReading(file) : undefined;
  let database: DatabaseSyncInstance | undefined;
  try {
    database = new DatabaseSync(way?.location ?? file, { readOnly: protectedFile });
    prepare(database, file, mode);
  } catch (cause) {
    database?.close();
    throw explainSqliteError(file, lockWaitMilliseconds, cause) ?? cause;
  }
  return way === undefined
    ? { readOnly: false, dialect: makeSqliteDialect(database, lockWaitMilliseconds) }
    : { readOnly: true, dialect: makeReadingDialect(way.watch(new StatementCache(database))) };
}

/**
 * Opens an SQLite file. Throws UsageError (no such file, not a file), ForeignDatabaseError (somebody else's) or DatabaseError
 * (locked, not writable, damaged).
 */
export function openSqlite(file: string, mode: OpenMode, lockWaitMilliseconds: number): Connection {
  inspectFile(file, mode);
  const { readOnly, dialect } = openFile(file, mode, lockWaitMilliseconds);
  return {
    engine: "sqlite",
    location: file,
    kysely: new Kysely<Tables>({ dialect }),
    dialect: SQLITE_DIALECT,
    readOnly,
    placeholder: () => "?",
    // A transaction has the whole file.
    lockPackage: async () => {},
    explain: (cause) => explainSqliteError(file, lockWaitMilliseconds, cause),
    isTransient: () => false,
  };
}
