// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { LiveState } from "../../../src/cli/progress/live-state.js";
import { listPhases } from "../../../src/cli/progress/phases.js";
import { CONFIRMATION, DONE, experiment, OBSERVED, REPLICA, RUNNING, SEARCH } from "./events.js";

const PLAN = { replicas: 3, impact: false };

test("impact is a phase only where it is asked for", () => {
  expect(listPhases(PLAN)).toEqual(["observation", "baseline", "search", "confirmation"]);
  expect(listPhases({ ...PLAN, impact: true }).at(-1)).toBe("impact");
});

test("phases follow each other and keep what they found", () => {
  const state = new LiveState(PLAN);
  const current = [OBSERVED, REPLICA, SEARCH, experiment(1), experiment(2), CONFIRMATION, experiment(3), DONE].map(
    (progress) => {
      state.update(progress);
      return state.current;
    },
  );
  expect(current).toEqual([
    ...["baseline", "baseline", "search", "search", "search", "confirmation", "confirmation", "done"],
  ]);
  expect(listPhases(PLAN).map((phase) => state.summarize(phase))).toEqual([
    "Observation: 9 features are used",
    "Baseline (1/3)",
    "Search: 2 runs",
    "Confirmation: 1 run",
  ]);
});

test("the current phase tells how far it is", () => {
  const state = new LiveState(PLAN);
  state.update(SEARCH);
  expect(state.describe("search")).toBe("Search");
  state.update(experiment(5));
  expect(state.describe("search")).toBe("Search: 5 of about 20 runs, about 2 min left");
  state.update(experiment(20, 0));
  expect(state.describe("search")).toBe("Search: 20 runs");
});

test("at most two lines of what runs, and what ended last", () => {
  const state = new LiveState(PLAN);
  state.update(RUNNING);
  state.update(experiment(5));
  expect(state.details).toEqual([
    "running: stub close",
    "running: fake close, and 1 more",
    "ended last: stub getppid: works (0.5 s)",
  ]);
  state.update({ kind: "running", descriptions: [] });
  expect(state.details).toEqual(["ended last: stub getppid: works (0.5 s)"]);
});
