// SPDX-License-Identifier: GPL-3.0-or-later
import type { Kysely, Transaction } from "kysely";
import type { LoupeError } from "../errors.js";
import type { SqlDialect } from "./migrations/migration.js";
import type { Tables } from "./tables.js";

/** An open database of one of the engines; everything that differs between them is behind this. */
export interface Connection {
  readonly engine: "sqlite" | "postgresql";
  /** For messages: the file, or the URL without its password. */
  readonly location: string;
  readonly kysely: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /** Whether it is an SQLite file that may only be read. */
  readonly readOnly: boolean;
  /** How the parameter with this number, counted from 1, is written in SQL. */
  placeholder(number: number): string;
  /** Lets no other writer at the measurements of a package until the transaction ends. */
  lockPackage(transaction: Transaction<Tables>, name: string): Promise<void>;
  /** Tells in a sentence what an error of the engine means for the user. */
  explain(cause: unknown): LoupeError | undefined;
  /** Whether the engine gave up a transaction because of another one, so that it may be tried again. */
  isTransient(cause: unknown): boolean;
}

/**
 * What a database is opened for: "create" makes one that is not there yet; "existing" needs one that may be written, and others may write to it
 * all the time; "read" is for a command that only asks, and ends: it may belong to others.
 */
export type OpenMode = "create" | "existing" | "read";
