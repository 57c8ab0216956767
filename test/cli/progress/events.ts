// SPDX-License-Identifier: GPL-3.0-or-later
import type { Progress } from "../../../src/analysis/analysis.js";

export const OBSERVED: Progress = { kind: "observed", seconds: 1, features: 9, neverExecuted: [], executed: [] };
export const REPLICA: Progress = { kind: "replica", done: 1, of: 3, seconds: 1 };
export const SEARCH: Progress = { kind: "phase", phase: "search" };
export const CONFIRMATION: Progress = { kind: "phase", phase: "confirmation" };
export const DONE: Progress = { kind: "confirmation", stubbed: 1, faked: 2, passed: true };
export const RUNNING: Progress = { kind: "running", descriptions: ["stub close", "fake close", "stub dup"] };

export function experiment(done: number, secondsLeft = 100): Progress {
  return { kind: "experiment", done, of: 20, description: "stub getppid", works: true, seconds: 0.5, secondsLeft };
}
