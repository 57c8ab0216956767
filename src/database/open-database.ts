// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import type { Connection, OpenMode } from "./connection.js";
import { migrate } from "./migrate.js";
import { LOCK_WAIT_MILLISECONDS } from "./sqlite-errors.js";
import { Store } from "./store.js";

/** How a database is worked with. */
export interface OpenSettings {
  /** How long a writer waits for another program that writes to an SQLite file. */
  readonly lockWaitMilliseconds?: number;
}

/** The engines are loaded when they are used: an SQLite file needs nothing of PostgreSQL. */
async function connect(location: string, mode: OpenMode, settings: OpenSettings): Promise<Connection> {
  if (/^postgres(?:ql)?:\/\//i.test(location)) {
    const { openPostgresql } = await import("./postgresql.js");
    return openPostgresql(location);
  }
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(location)) {
    throw new UsageError(`--db ${location}: give the path of an SQLite file, or a URL that begins with postgres://`);
  }
  const { openSqlite } = await import("./sqlite.js");
  return openSqlite(location, mode, settings.lockWaitMilliseconds ?? LOCK_WAIT_MILLISECONDS);
}

/**
 * Opens a usage database: an SQLite file, or a postgres:// URL. Mode "create" makes what is not there, and brings an older one
 * up to date; with "existing" and "read" (see `OpenMode`) it has to be there. Throws UsageError (no such database,
 * somebody else's, a later version's) or DatabaseError (locked, full,
 * not reachable, damaged).
 */
export async function openDatabase(
  location: string,
  mode: OpenMode = "create",
  settings: OpenSettings = {},
): Promise<Store> {
  const connection = await connect(location, mode, settings);
  try {
    await migrate(connection, mode);
  } catch (cause) {
    await connection.kysely.destroy();
    throw connection.explain(cause) ?? cause;
  }
  return new Store(connection);
}
