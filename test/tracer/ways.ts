// SPDX-License-Identifier: GPL-3.0-or-later
// Tests that are repeated with several sets of privileges.
import { describe } from "vitest";
import { needsRoot, runsAsRoot, type Way } from "./privileges.js";

/** Declares the same tests for each way; those that need root are skipped, by name, where the tests run without it. */
export function describeWays(ways: readonly Way[], declare: (way: Way) => void): void {
  for (const way of ways) {
    if (needsRoot(way) && !runsAsRoot) describe.skip(`as ${way} (run the tests as root for this)`, () => declare(way));
    else describe(`as ${way}`, () => declare(way));
  }
}
