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
  /** How the parameter with this number, counted from 1, is written in SQL. */
  placeholder(number: number): string;
  /** Lets no other writer at the measurements of a package until the transaction ends. */
  lockPackage(transaction: Transaction<Tables>, name: string): Promise<void>;
  /** Tells in a sentence what an error of the engine means for the user. */
  explain(cause: unknown): LoupeError | undefined;
  /** Whether the engine gave up a transaction because of another one, so that it may be tried again. */
  isTransient(cause: unknown): boolean;
}

/** Whether a database that is not there yet is made, or is an error. */
export type OpenMode = "create" | "existing";
