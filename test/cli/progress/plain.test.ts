// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { Progress } from "../../../src/analysis/analysis.js";
import { makeQuietDisplay, makeVerboseDisplay } from "../../../src/cli/progress/plain.js";
import { CONFIRMATION, DONE, experiment, OBSERVED, REPLICA, RUNNING, SEARCH } from "./events.js";

const PLAN = { replicas: 3, impact: false };

/** What is written for news that come at these seconds. */
function sayQuietly(news: readonly (readonly [number, Progress])[]): readonly string[] {
  const lines: string[] = [];
  let clock = 0;
  const display = makeQuietDisplay(PLAN, { write: (line) => lines.push(line), now: () => clock });
  for (const [seconds, progress] of news) {
    clock = seconds * 1000;
    display.listener(progress);
  }
  return lines;
}

test("a line when a phase begins, and no other one in less than ten seconds", () => {
  const lines = sayQuietly([
    [1, OBSERVED],
    [2, REPLICA],
    [3, SEARCH],
    [12.9, experiment(1)],
    [13, RUNNING],
    [13, experiment(2)],
    [22.9, experiment(3)],
    [23, experiment(4, 0)],
    [24, CONFIRMATION],
    [40, DONE],
  ]);
  expect(lines).toEqual([
    "observing which features are used",
    "observed: 9 features are used (1.0 s); running it 3 times as it is",
    "looking for what can be stubbed or faked",
    "2/~20 stub getppid: works (0.5 s), about 2 min left",
    "4/~20 stub getppid: works (0.5 s)",
    "confirming it all at once",
  ]);
});

test("a slow workload gets a line for every run", () => {
  const lines = sayQuietly([1, 2, 3].map((run) => [run * 60, experiment(run)]));
  expect(lines).toHaveLength(4);
});

test("that an analysis goes on from an earlier one is always told", () => {
  expect(sayQuietly([[0, { kind: "resumed", runs: 7 }]])).toContain("going on after 7 finished runs");
});

test("verbosely, everything that ends has a line", () => {
  const lines: string[] = [];
  const { listener } = makeVerboseDisplay({ write: (line) => lines.push(line) });
  for (const progress of [OBSERVED, REPLICA, SEARCH, RUNNING, experiment(1), experiment(2), CONFIRMATION, DONE]) {
    listener(progress);
  }
  expect(lines).toEqual([
    "observed: 9 features are used (1.0 s)",
    "baseline 1/3 (1.0 s)",
    "looking for what can be stubbed or faked",
    "1/~20 stub getppid: works (0.5 s)",
    "2/~20 stub getppid: works (0.5 s)",
    "confirming it all at once",
    "confirmed together: 1 stubbed, 2 faked",
  ]);
});
