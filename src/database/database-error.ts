// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError, UsageError } from "../errors.js";

/** What keeps a database from being worked with. */
export type DatabaseFault = "locked" | "full" | "unreachable" | "unwritable" | "damaged";

/** A database that cannot be worked with now: locked, full, gone, damaged. What was merged before is kept. */
export class DatabaseError extends EnvironmentError {
  override readonly name = "DatabaseError";

  /** `fault` is for those who may not be told the message, which names the file or the server. */
  constructor(
    message: string,
    readonly fault: DatabaseFault,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was named is no database of Loupe, or one of a later version. */
export class ForeignDatabaseError extends UsageError {
  override readonly name: string = "ForeignDatabaseError";
}

/** A database without any table of ours, where one with results is needed. */
export class NothingMergedError extends ForeignDatabaseError {
  constructor(location: string) {
    super(`${location}: nothing has been merged into this database yet; see "loupe db merge"`);
  }
}
