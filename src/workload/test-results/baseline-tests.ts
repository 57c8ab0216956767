// SPDX-License-Identifier: GPL-3.0-or-later
import type { TestFormat, TestOutcome, TestResults } from "./test-results.js";

/** What the replicas of the baseline say together. */
export interface BaselineTests {
  readonly format: TestFormat;
  /** Tests that passed in every replica: what a run is held against. */
  readonly passing: readonly string[];
  /** Tests whose outcomes differ between replicas, or that some replicas do not have: they prove nothing. */
  readonly flaky: readonly string[];
  /** Tests by their outcome where that is the same in every replica. */
  readonly counts: Readonly<Record<TestOutcome, number>>;
}

/** Tells the tests that can be relied on from those that cannot. Without replicas there are no tests. */
export function summarizeBaseline(replicas: readonly TestResults[]): BaselineTests {
  const passing: string[] = [];
  const flaky: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0, "expected-failure": 0, "unexpected-pass": 0, error: 0 };
  for (const name of new Set(replicas.flatMap(({ tests }) => [...tests.keys()]))) {
    const outcomes = new Set(replicas.map(({ tests }) => tests.get(name)));
    const [outcome] = outcomes;
    if (outcomes.size > 1 || outcome === undefined) {
      flaky.push(name);
      continue;
    }
    counts[outcome]++;
    if (outcome === "passed") {
      passing.push(name);
    }
  }
  const format = replicas.find((replica) => replica.format !== "none")?.format ?? "none";
  return { format, passing: passing.sort(), flaky: flaky.sort(), counts };
}
