// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError, UsageError } from "../errors.js";

/** A server that cannot be reached, is broken, or says what no server of usage databases says. */
export class ServerError extends EnvironmentError {
  override readonly name = "ServerError";
}

/** A server that does not know the token, or takes nothing. */
export class NotAllowedError extends UsageError {
  override readonly name = "NotAllowedError";
}
