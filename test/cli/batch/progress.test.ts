// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { EndedEntry } from "../../../src/batch/journal.js";
import { BatchProgressState } from "../../../src/cli/batch/progress-state.js";
import { renderSummary } from "../../../src/cli/batch/summary.js";

const entry = (source: string, changes: Partial<EndedEntry> = {}): EndedEntry => ({
  type: "ended",
  source,
  version: "1",
  at: "2026-01-01T00:00:00.000Z",
  architecture: "amd64",
  tool: "0.1.0",
  outcome: "analyzed",
  seconds: 100,
  stageSeconds: {},
  ...changes,
});

test("estimates the time that is left from what has been measured", () => {
  let now = 0;
  const state = new BatchProgressState(() => now);
  state.update({ kind: "begun", total: 5, done: 0, atOnce: 2 });
  expect(state.title).toBe("0 of 5 packages");
  state.update({ kind: "stage", source: { source: "b", version: "1" }, stage: "build" });
  // What the database has takes no time, and tells nothing of others.
  state.update({ kind: "ended", entry: entry("old", { outcome: "already-measured", seconds: 0 }) });
  expect(state.secondsLeft).toBeUndefined();
  state.update({ kind: "ended", entry: entry("a", { features: 9, required: 4 }) });
  now = 60_000;
  // Three packages of 100 s, of which one is 60 s old, two at a time.
  expect(state.secondsLeft).toBe(120);
  expect(state.title).toBe("2 of 5 packages, about 2 min left; 1 already-measured, 1 analyzed");
  expect(state.details).toEqual([
    "b_1: build (1 min 0 s)",
    "ended last: a_1: analyzed (1 min 40 s): 9 used, 4 required",
  ]);
});

test("the summary names what somebody should look at", () => {
  const ended = [
    entry("quick", { seconds: 1 }),
    entry("slow", { seconds: 3000 }),
    entry("worse", { outcome: "baseline-fails", reason: "exit status 2; its last lines:\nFAIL", before: "analyzed" }),
  ];
  const states = ended.map((one) => ({ ...one, position: "ended" as const, ended: one, mergedInto: [] }));
  const waiting = { source: "later", version: "1", position: "waiting" as const, at: "", mergedInto: [] };
  expect(renderSummary([...states, waiting], "batch")).toBe(
    `outcome         packages
analyzed               2  quick, slow
baseline-fails         1  worse
New fault: worse_1 could be measured before, and now: baseline-fails: exit status 2
Slowest: slow (50 min 0 s), worse (1 min 40 s), quick (1.0 s).
1 package has not ended.
Why: loupe batch status --batch-dir batch; logs: batch/logs
`,
  );
});
