// SPDX-License-Identifier: GPL-3.0-or-later
import { summarizeBaseline } from "./baseline-tests.js";
import { LEVEL_SEPARATOR, type TestOutcome, type TestResults } from "./test-results.js";

/** A test that does not do in a run what it did in the baseline. */
export interface Loss {
  readonly name: string;
  readonly was: TestOutcome;
  readonly now: TestOutcome | "vanished";
}

/**
 * The tests that passed in every replica of the baseline and did not pass in `run`: a test that is skipped or not reported any more is as
 * lost as one that fails. Flaky tests are no evidence and never lost.
 */
export function findLosses(baseline: readonly TestResults[], run: TestResults): Loss[] {
  const losses: Loss[] = [];
  for (const name of summarizeBaseline(baseline).passing) {
    const now = run.tests.get(name) ?? "vanished";
    if (now !== "passed") {
      losses.push({ name, was: "passed", now });
    }
  }
  return losses;
}

const WAS: Readonly<Record<TestOutcome, string>> = {
  passed: "passed",
  failed: "failed",
  skipped: "was skipped",
  "expected-failure": "failed as expected",
  "unexpected-pass": "passed unexpectedly",
  error: "ended in an error",
};

const NOW: Readonly<Record<Loss["now"], string>> = {
  passed: "passes now",
  failed: "fails now",
  skipped: "is skipped now",
  "expected-failure": "is expected to fail now, and fails",
  "unexpected-pass": "passes now against expectation",
  error: "ends in an error now",
  vanished: "is not reported any more",
};

/** `t/foo.t > 3` is "test 3 of t/foo.t". */
function describeName(name: string): string {
  const [last = "", ...outer] = name.split(LEVEL_SEPARATOR).reverse();
  if (outer.length === 0) {
    return /^test \d/.test(name) ? name : `test ${name}`;
  }
  return `test ${last} of ${outer.reverse().join(LEVEL_SEPARATOR)}`;
}

/** A loss in words: "test 3 of t/foo.t passed before and is skipped now". */
export function describeLoss({ name, was, now }: Loss): string {
  return `${describeName(name)} ${WAS[was]} before and ${NOW[now]}`;
}
