// SPDX-License-Identifier: GPL-3.0-or-later
import type { TestOutcome } from "./test-results.js";

/** Automake's words for outcomes ("Generalities about Testing" in its manual). */
export const AUTOMAKE_OUTCOMES: ReadonlyMap<string, TestOutcome> = new Map([
  ["PASS", "passed"],
  ["FAIL", "failed"],
  ["SKIP", "skipped"],
  ["XFAIL", "expected-failure"],
  ["XPASS", "unexpected-pass"],
  ["ERROR", "error"],
]);
