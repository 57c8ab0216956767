// SPDX-License-Identifier: GPL-3.0-or-later
import { buildProblem, listMissing, type PriceCall } from "./build-problem.js";
import { isUndecided, type PlannedCall } from "./call-plan.js";
import { type OpenCalls, relaxContradictions, weighDecision } from "./contradictions.js";
import { proveBound } from "./optimise/optimise.js";
import type { MeasuredPackage } from "./package-needs.js";

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

/** How many bounds are computed: their time grows with the number of needs at first, and is much the same for some thousands. */
const NEEDS_TIMES_BOUNDS = 40_000;
const MOST_BOUNDS = 41;
const FEWEST_BOUNDS = 9;
/** Of a whole distribution one bound takes long enough. */
const MANY_NEEDS = 50_000;

function limitBounds(needs: number): number {
  if (needs > MANY_NEEDS) {
    return 1;
  }
  return Math.min(MOST_BOUNDS, Math.max(FEWEST_BOUNDS, Math.floor(NEEDS_TIMES_BOUNDS / Math.max(1, needs))));
}

function countNeeds(order: readonly MeasuredPackage[], calls: readonly PlannedCall[]): number {
  const there = new Set(calls.filter(({ initial }) => initial === "full").map(({ name }) => name));
  return order.reduce((sum, { needs }) => sum + [...needs.keys()].filter((call) => !there.has(call)).length, 0);
}

/**
 * A lower bound for the area of every plan, whatever it decides about contradictory calls. Where some are left open a bound is loose,
 * so that both decisions are tried, in the branch whose bound is lowest, as long as time allows (branch and bound).
 */
export function provePlan(
  { calls, order, area }: DecidedPlan,
  price: PriceCall,
  weigh: (measured: MeasuredPackage) => number,
): number {
  const evaluate = (decided: readonly PlannedCall[], open: OpenCalls): Branch => {
    if (open.size === 0) {
      const efforts = decided.map(({ name }) => price(name));
      const { problem } = buildProblem(order, efforts, listMissing(decided, price), weigh);
      return { calls: decided, open, bound: proveBound(problem) };
    }
    const { problem, surplus } = relaxContradictions(decided, open, order, price, weigh);
    return { calls: decided, open, bound: proveBound(problem) - surplus };
  };
  const mostDecisive = ({ open }: Branch): string => {
    const rate = (call: string): number => weighDecision(call, order, price, weigh);
    return [...open].reduce((best, call) => (rate(call) > rate(best) ? call : best));
  };
  const decide = ({ calls: before, open }: Branch, chosen: string, treatment: "stub" | "fake"): Branch =>
    evaluate(
      before.map((call) => (call.name === chosen ? { ...call, treatment } : call)),
      new Set([...open].filter((name) => name !== chosen)),
    );

  const branches = [evaluate(calls, new Set(calls.filter(isUndecided).map(({ name }) => name)))];
  const most = limitBounds(countNeeds(order, calls));
  for (let bounds = 1; ; bounds += 2) {
    branches.sort((left, right) => left.bound - right.bound);
    const [lowest] = branches;
    if (lowest === undefined || lowest.open.size === 0 || lowest.bound >= area || bounds + 2 > most) {
      return Math.min(area, lowest?.bound ?? area);
    }
    const chosen = mostDecisive(lowest);
    branches.splice(0, 1, decide(lowest, chosen, "stub"), decide(lowest, chosen, "fake"));
  }
}
