// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError, UsageError } from "../errors.js";

/** A database that cannot be worked with now: locked, full, gone, damaged. What was merged before is kept. */
export class DatabaseError extends EnvironmentError {
  override readonly name = "DatabaseError";
}

/** What was named is no database of Loupe, or one of a later version. */
export class ForeignDatabaseError extends UsageError {
  override readonly name = "ForeignDatabaseError";
}
