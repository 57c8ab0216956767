// SPDX-License-Identifier: GPL-3.0-or-later
import { buildProblem, listMissing, type PriceCall } from "./build-problem.js";
import { isUndecided, type PlannedCall } from "./call-plan.js";
import { type OpenCalls, relaxContradictions, weighDecision } from "./contradictions.js";
import { proveBound } from "./optimise/optimise.js";
import type { PlanningProblem } from "./optimise/problem.js";
import type { MeasuredPackage } from "./package-needs.js";
import { weighWaiting } from "./weigh-decisions.js";

/** A plan as far as a bound depends on it. */
export interface DecidedPlan {
  readonly calls: readonly PlannedCall[];
  /** The packages that it has steps for, in their order. */
  readonly order: readonly MeasuredPackage[];
  readonly area: number;
}

/** Decisions about some contradictory calls, with a bound for all plans that decide so. */
interface Branch {
  readonly calls: readonly PlannedCall[];
  readonly open: OpenCalls;
  readonly bound: number;
}

/**
 * How many elementary steps go into bounds: with more needs, each bound takes more steps, and more contradictions are to be decided.
 * But not without end.
 */
const FEWEST_STEPS = 2.2e7;
const STEPS_AT_1000_NEEDS = 1.2e6;
const STEPS_GROW_BY = 1.88;
const MOST_STEPS = 1.4e8;
const MOST_BOUNDS = 101;
/** Of a whole distribution one bound takes long enough. */
const MANY_NEEDS = 50_000;

function limitSteps(needs: number): number {
  const steps = STEPS_AT_1000_NEEDS * (needs / 1000) ** STEPS_GROW_BY;
  return needs > MANY_NEEDS ? 0 : Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, steps));
}

function countNeeds(order: readonly MeasuredPackage[], calls: readonly PlannedCall[]): number {
  const there = new Set(calls.filter(({ initial }) => initial === "full").map(({ name }) => name));
  return order.reduce((sum, { needs }) => sum + [...needs.keys()].filter((call) => !there.has(call)).length, 0);
}

/**
 * A lower bound for the area of every plan, whatever it decides about contradictory calls. Where some are left open a bound is loose,
 * so that both decisions are tried, in the branch whose bound is lowest, as long as a number of steps allows (branch and bound).
 */
export function provePlan(
  { calls, order, area }: DecidedPlan,
  price: PriceCall,
  weigh: (measured: MeasuredPackage) => number,
): number {
  let [steps, bounds] = [0, 0];
  const bound = (problem: PlanningProblem): number => {
    const proven = proveBound(problem);
    steps += proven.effort;
    bounds++;
    return proven.bound;
  };
  const evaluate = (decided: readonly PlannedCall[], open: OpenCalls): Branch => {
    if (open.size === 0) {
      const efforts = decided.map(({ name }) => price(name));
      const { problem } = buildProblem(order, efforts, listMissing(decided, price), weigh);
      return { calls: decided, open, bound: bound(problem) };
    }
    const { problem, surplus } = relaxContradictions(decided, open, order, price, weigh);
    return { calls: decided, open, bound: bound(problem) - surplus };
  };
  const waiting = weighWaiting(calls, order, price, weigh);
  const rate = (call: string): number => weighDecision(call, order, price, weigh) + (waiting.get(call) ?? 0);
  const mostDecisive = ({ open }: Branch): string => {
    return [...open].reduce((best, call) => (rate(call) > rate(best) ? call : best));
  };
  const decide = (
    { calls: before, open, bound: known }: Branch,
    chosen: string,
    treatment: "stub" | "fake",
  ): Branch => {
    const branch = evaluate(
      before.map((call) => (call.name === chosen ? { ...call, treatment } : call)),
      new Set([...open].filter((name) => name !== chosen)),
    );
    // What holds for all plans of a branch holds for those with one more decision.
    return { ...branch, bound: Math.max(known, branch.bound) };
  };

  const branches = [evaluate(calls, new Set(calls.filter(isUndecided).map(({ name }) => name)))];
  const mostSteps = limitSteps(countNeeds(order, calls));
  for (;;) {
    branches.sort((left, right) => left.bound - right.bound);
    const [lowest] = branches;
    if (
      lowest === undefined ||
      lowest.open.size === 0 ||
      lowest.bound >= area ||
      steps >= mostSteps ||
      bounds >= MOST_BOUNDS
    ) {
      return Math.min(area, lowest?.bound ?? area);
    }
    const chosen = mostDecisive(lowest);
    branches.splice(0, 1, decide(lowest, chosen, "stub"), decide(lowest, chosen, "fake"));
  }
}
