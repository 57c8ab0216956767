// SPDX-License-Identifier: GPL-3.0-or-later
import { HandleEmptyInListsPlugin, Kysely, PostgresDialect, replaceWithNoncontingentExpression, sql } from "kysely";
import pg from "pg";
import { type LoupeError, UsageError } from "../errors.js";
import type { Connection } from "./connection.js";
import { DatabaseError } from "./database-error.js";
import { POSTGRESQL_DIALECT } from "./migrations/migration.js";
import type { Tables } from "./tables.js";

const CONNECTIONS = 4;
const CONNECT_MILLISECONDS = 10_000;

/** Errors of sockets and of connections that end (PostgreSQL's appendix A, classes 08 and 57). */
const GONE = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ENOENT|EAI_|08|57P)/;
/** Serialization failure and deadlock. */
const TRANSIENT: readonly string[] = ["40001", "40P01"];

/** A URL without its password. `postgres://USER@/DATABASE?host=/SOCKET/DIRECTORY` is usual and right, but nothing for URL(). */
function redact(url: string): string {
  return url.replace(/^([^:]+:\/\/[^:@/?]*):[^@/?]*@/, "$1:...@").replace(/([?&]password=)[^&]*/g, "$1...");
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) {
    return codeOf(cause.errors[0]);
  }
  return String((cause as { code?: unknown } | null)?.code ?? "");
}

function wordsOf(cause: unknown): string {
  const error = cause instanceof AggregateError ? cause.errors[0] : cause;
  return error instanceof Error ? error.message : String(error);
}

function isGone(cause: unknown): boolean {
  return (
    GONE.test(codeOf(cause)) ||
    /connection terminated|not queryable|timeout exceeded when trying to connect/i.test(wordsOf(cause))
  );
}

function explain(location: string, cause: unknown): LoupeError | undefined {
  const [code, words] = [codeOf(cause), wordsOf(cause)];
  if (isGone(cause)) {
    return new DatabaseError(
      `${location}: the PostgreSQL server cannot be reached, or went away (${words || code}); repeat when it is back: nothing is half-merged`,
      "unreachable",
      { cause },
    );
  }
  switch (code) {
    case "28000":
    case "28P01":
    case "3D000":
    case "42501":
      return new UsageError(`${location}: ${words}`, { cause });
    case "ERR_INVALID_URL":
      return new UsageError(`--db ${location}: not a URL of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE`, {
        cause,
      });
    case "53100":
      return new DatabaseError(`${location}: the server has no space left (${words}); nothing is half-merged`, "full", {
        cause,
      });
    case "53300":
      return new DatabaseError(`${location}: the server takes no more connections (${words})`, "unreachable", {
        cause,
      });
    case "25006":
      return new DatabaseError(`${location}: the server does not allow writing (${words})`, "unwritable", { cause });
    default:
      return undefined;
  }
}

/** Whole numbers come as texts because they might be larger than 2^53; ours are not. */
const NUMBER_TYPES: ReadonlySet<number> = new Set([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);

const types = {
  getTypeParser: (type: number, format?: "text" | "binary") =>
    NUMBER_TYPES.has(type)
      ? Number
      : (pg.types.getTypeParser as (type: number, format?: string) => unknown)(type, format),
};

/** Prepares connections to a PostgreSQL server; the first query connects. */
export function openPostgresql(text: string): Connection {
  const location = redact(text);
  const pool = new pg.Pool({
    connectionString: text,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: "loupe",
    types: types as pg.CustomTypesConfig,
  });
  // A connection that is not in use and ends: the next query opens another one, or says that it cannot.
  pool.on("error", () => {});
  // One that ends between two queries of a transaction: the second query says so.
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    engine: "postgresql",
    location,
    kysely: new Kysely<Tables>({
      dialect: new PostgresDialect({ pool }),
      // No package among none: SQLite knows "in ()", PostgreSQL does not.
      plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
    }),
    dialect: POSTGRESQL_DIALECT,
    readOnly: false,
    placeholder: (number) => `$${number}`,
    lockPackage: async (transaction, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
    },
    explain: (cause) => explain(location, cause),
    isTransient: (cause) => TRANSIENT.includes(codeOf(cause)),
  };
}
