// SPDX-License-Identifier: GPL-3.0-or-later
import { summarizeBaseline } from "./baseline-tests.js";
import type { TestOutcome, TestResults } from "./test-results.js";

const FAILURES: ReadonlySet<TestOutcome | undefined> = new Set(["failed", "error", "unexpected-pass"]);

/**
 * Tells whether the failures of a run are those of tests whose outcome also changes when nothing is interposed: at least one
 * of those failed, and no other test that does not always fail. A suite's exit status then says nothing.
 */
export function isExplainedByFlakyTests(baseline: readonly TestResults[], run: TestResults): boolean {
  const flaky = new Set(summarizeBaseline(baseline).flaky);
  const failing = [...run.tests].filter(([, outcome]) => FAILURES.has(outcome)).map(([name]) => name);
  const alwaysFails = (name: string): boolean => baseline.every(({ tests }) => FAILURES.has(tests.get(name)));
  return failing.some((name) => flaky.has(name)) && failing.every((name) => flaky.has(name) || alwaysFails(name));
}
