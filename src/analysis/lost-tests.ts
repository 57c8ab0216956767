// SPDX-License-Identifier: GPL-3.0-or-later
import type { RunOptions } from "../workload/run-options.js";
import type { RunResult } from "../workload/run-result.js";
import { findLosses } from "../workload/test-results/losses.js";
import { findScript, listEnded } from "../workload/test-script.js";
import { isHang } from "./run-limits.js";
import type { Subject } from "./subject.js";

/** Whether a run that is lost is ended, or goes on so that all tests that are lost can be told. */
export type WhenLost = NonNullable<RunOptions["whenLost"]>;

/** Where a run was ended or has given up, the test that it was at is among the first of so many scripts that are not reported. */
const MOST_UNREPORTED = 3;

/**
 * The tests that a failed run is known to have lost. Of one that went on, those that are reported so; where it hung, or where nothing is, also the
 * first that are missing. Of one that was ended, those of the script that was reported as lost.
 */
export function listLost(
  { scripts, expected }: Pick<Subject, "scripts" | "expected">,
  { failure, tests }: Pick<RunResult, "failure" | "tests">,
  whenLost: WhenLost,
): readonly string[] {
  if (whenLost === "end") {
    const [loss] = failure?.kind === "tests" ? failure.losses : [];
    return (loss && findScript(scripts, loss.name)?.tests) ?? [];
  }
  if (tests === undefined) {
    return [];
  }
  const losses = findLosses(expected.tests, tests);
  const list = (isReported: boolean): readonly string[] =>
    losses.filter(({ now }) => (now !== "vanished") === isReported).map(({ name }) => name);
  const reported = list(true);
  if (reported.length > 0 && !isHang(failure)) {
    return reported;
  }
  const ended = listEnded(scripts, tests.tests);
  const missing = new Set(list(false));
  const first = scripts
    .filter((script) => !ended.has(script) && script.tests.some((test) => missing.has(test)))
    .slice(0, MOST_UNREPORTED);
  return [...reported, ...first.flatMap((script) => script.tests)];
}
