// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { Connection, OpenMode } from "./connection.js";
import { DatabaseError, ForeignDatabaseError, NothingMergedError } from "./database-error.js";
import { MIGRATIONS } from "./migrations/index.js";
import { refillTables } from "./refill.js";
import type { Tables } from "./tables.js";

const NEWEST = MIGRATIONS.length;

/** PostgreSQL's to_regclass() may not see for a while what another connection has made: the catalog itself does. */
const TABLE_QUERIES: Readonly<Record<Connection["engine"], string>> = {
  sqlite: "select 1 from sqlite_schema where name = 'loupe_migrations'",
  postgresql:
    "select 1 from pg_tables where tablename = 'loupe_migrations' and schemaname = any(current_schemas(false))",
};

async function hasMigrationsTable({ engine }: Connection, executor: Kysely<Tables>): Promise<boolean> {
  return (await sql.raw(TABLE_QUERIES[engine]).execute(executor)).rows.length > 0;
}

/** How many migrations the database has; 0 for one without any table of ours. */
async function readVersion(connection: Connection, executor: Kysely<Tables>): Promise<number> {
  if (!(await hasMigrationsTable(connection, executor))) {
    return 0;
  }
  const applied = await executor.selectFrom("loupe_migrations").selectAll().orderBy("number").execute();
  const unknown = applied.find(({ number, name }) => MIGRATIONS[number - 1]?.name !== name);
  if (unknown !== undefined) {
    throw new ForeignDatabaseError(
      `${connection.location} was written by a later version (its schema has step ${unknown.number}, "${unknown.name}"; this version knows ${NEWEST}); use a newer Loupe`,
    );
  }
  return applied.length;
}

/**
 * Brings the tables of a database to what this version works with; several programs may do so at once. Throws
 * ForeignDatabaseError for a database of a later version, and where mode is not "create" for one without our tables; DatabaseError for an
 * older one that may not be written.
 */
export async function migrate(connection: Connection, mode: OpenMode): Promise<void> {
  const { kysely, dialect, location } = connection;
  const version = await readVersion(connection, kysely);
  if (version === NEWEST) {
    return;
  }
  if (version === 0 && mode !== "create") {
    throw new NothingMergedError(location);
  }
  if (connection.readOnly) {
    throw new DatabaseError(
      `${location} was made by an earlier version of Loupe and may not be written; have somebody who may write it bring it up to date: "loupe db check --db ${location}"`,
      "unwritable",
    );
  }
  await kysely.transaction().execute(async (transaction) => {
    await connection.lockPackage(transaction, "loupe_migrations");
    const before = await readVersion(connection, transaction);
    if (before === 0) {
      await sql
        .raw(`create table loupe_migrations (number ${dialect.integer} primary key, name ${dialect.text} not null)`)
        .execute(transaction);
    }
    const missing = MIGRATIONS.slice(before);
    for (const { number, name, statements } of missing) {
      for (const statement of statements(dialect)) {
        await sql.raw(statement).execute(transaction);
      }
      await transaction.insertInto("loupe_migrations").values({ number, name }).execute();
    }
    // With the tables as they are now: what derives rows knows no others.
    for (const { refill } of before === 0 ? [] : missing) {
      if (refill !== undefined) {
        await refillTables(connection, transaction, refill);
      }
    }
  });
}
