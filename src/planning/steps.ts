// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { InitialState, PlannedCall } from "./call-plan.js";
import { fromUnits } from "./effort.js";
import type { Schedule, Work } from "./optimise/area.js";
import type { MeasuredPackage } from "./package-needs.js";
import type { PlanStep } from "./plan.js";

/** Names and does the work of a step; `states` are those of the calls before it, and are those after it when it returns. */
function doWork(
  calls: readonly PlannedCall[],
  states: InitialState[],
  { implement, treat }: Work,
): Omit<PlanStep, "effort" | "totalEffort" | "packages"> {
  const done: Record<"full" | "stub" | "fake", string[]> = { full: [], stub: [], fake: [] };
  const changed: string[] = [];
  const set = (index: number, state: "full" | "stub" | "fake"): void => {
    const { name } = calls[index] as PlannedCall;
    done[state].push(name);
    if (states[index] !== "none") {
      changed.push(name);
    }
    states[index] = state;
  };
  for (const index of implement) {
    set(index, "full");
  }
  for (const index of treat) {
    set(index, (calls[index] as PlannedCall).treatment);
  }
  return { implement: done.full, stub: done.stub, fake: done.fake, changed: changed.sort(compareText) };
}

/** Turns a schedule into steps with names; demands that cost nothing more belong to the step before. */
export function listSteps(
  calls: readonly PlannedCall[],
  members: readonly (readonly MeasuredPackage[])[],
  { order, work }: Schedule,
): readonly PlanStep[] {
  const states = calls.map(({ initial }) => initial);
  const steps: PlanStep[] = [];
  let units = 0;
  for (const [position, demand] of order.entries()) {
    const own = work[position] as Work;
    const packages = (members[demand] ?? []).map(({ name }) => name);
    const before = steps.at(-1);
    if (own.implement.length + own.treat.length === 0 && before !== undefined) {
      steps[steps.length - 1] = { ...before, packages: [...before.packages, ...packages].sort(compareText) };
      continue;
    }
    units += own.effort;
    const effort = fromUnits(own.effort);
    steps.push({ ...doWork(calls, states, own), effort, totalEffort: fromUnits(units), packages });
  }
  return steps;
}
