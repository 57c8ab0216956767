// SPDX-License-Identifier: GPL-3.0-or-later
import type { Environment } from "../tracing/trace-request.js";

/** Our own environment, for the commands that we run. */
export function ownEnvironment(): Environment {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
