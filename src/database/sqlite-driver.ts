// SPDX-License-Identifier: GPL-3.0-or-later
// Kysely's SQLite dialect over the npm package @photostructure/sqlite, which has the interface of node:sqlite (Debian 13's node
// has no such module yet) and comes compiled.
import { setTimeout } from "node:timers/promises";
import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from "kysely";
import { readSqliteCode } from "./sqlite-errors.js";

/** Statements that are kept compiled; a merge uses about twenty. */
const KEPT_STATEMENTS = 256;

type SqliteValue = string | number | bigint | null | Uint8Array;

function toSqliteValue(value: unknown): SqliteValue {
  return typeof value === "boolean" ? Number(value) : (value as SqliteValue);
}

class Statement implements SqliteStatement {
  readonly reader: boolean;

  constructor(private readonly statement: StatementSyncInstance) {
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.statement.all(...parameters.map(toSqliteValue));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.statement.run(...parameters.map(toSqliteValue));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.statement.iterate(...parameters.map(toSqliteValue));
  }
}

/** Compiled statements of an open database. */
export class StatementCache implements SqliteDatabase {
  readonly #statements = new Map<string, Statement>();

  constructor(private readonly database: DatabaseSyncInstance) {}

  prepare(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql);
    if (kept !== undefined) {
      return kept;
    }
    const statement = new Statement(this.database.prepare(sql));
    if (this.#statements.size >= KEPT_STATEMENTS) {
      this.#statements.clear();
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }
}

const LOCK_PAUSE_MILLISECONDS = 20;

/**
 * Takes the lock for writing at the start: a transaction that reads first could not get it any more after another writer. It waits
 * here, and not within SQLite, which would stop everything else in this process, be it the transaction that is waited for.
 */
class WritingDriver extends SqliteDriver {
  constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly lockWaitMilliseconds: number,
  ) {
    super({ database: new StatementCache(database) });
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const deadline = performance.now() + this.lockWaitMilliseconds;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (cause) {
        if (readSqliteCode(cause) !== "SQLITE_BUSY" || performance.now() > deadline) {
          throw cause;
        }
        await setTimeout(LOCK_PAUSE_MILLISECONDS);
      }
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After a full disk or an error in writing, SQLite has rolled back by itself.
    if (this.database.isTransaction) {
      await super.rollbackTransaction(connection);
    }
  }
}

function makeDialect(createDriver: () => Driver): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver,
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** A dialect whose connection is this open database. */
export function makeSqliteDialect(database: DatabaseSyncInstance, lockWaitMilliseconds: number): Dialect {
  return makeDialect(() => new WritingDriver(database, lockWaitMilliseconds));
}

/** The same for a database that is only read. */
export function makeReadingDialect(database: SqliteDatabase): Dialect {
  return makeDialect(() => new SqliteDriver({ database }));
}
