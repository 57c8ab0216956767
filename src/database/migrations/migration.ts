// SPDX-License-Identifier: GPL-3.0-or-later

import type { DocumentTable } from "../describe-document.js";

/** What the two engines call the types that we use, so that one migration is right for both. */
export interface SqlDialect {
  /** Text that compares byte by byte: orders must not depend on a server's locale. */
  readonly text: string;
  /** Whole numbers up to 2^53. */
  readonly integer: string;
  readonly real: string;
  readonly boolean: string;
  readonly bytes: string;
  /** After a table whose rows are kept in the order of its primary key, where the engine can do that. */
  readonly clustered: string;
}

/** Rows that have to be derived from the merged documents once more, because the schema has room for more of what those say. */
export interface Refill {
  readonly tables: readonly DocumentTable[];
  /** Only documents with this in their text say anything that the rows do not have yet. */
  readonly mentions: RegExp;
}

/** A step of the schema. What has been released is never changed: a later step changes the tables. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  statements(dialect: SqlDialect): readonly string[];
  readonly refill?: Refill;
}

export const SQLITE_DIALECT: SqlDialect = {
  text: "text",
  integer: "integer",
  real: "real",
  boolean: "boolean",
  bytes: "blob",
  clustered: "without rowid",
};

export const POSTGRESQL_DIALECT: SqlDialect = {
  text: 'text collate "C"',
  integer: "bigint",
  real: "double precision",
  boolean: "boolean",
  bytes: "bytea",
  clustered: "",
};
