// SPDX-License-Identifier: GPL-3.0-or-later
import { buildProblem, listMissing, type PriceCall } from "./build-problem.js";
import { isUndecided, type PlannedCall } from "./call-plan.js";
import { type OpenCalls, relaxContradictions, weighDecision } from "./contradictions.js";
import { proveBound } from "./optimise/optimise.js";
import type { PlanningProblem } from "./optimise/problem.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";
import { weighWaiting } from "./weigh-decisions.js";

/** Decisions about some contradictory calls, with a bound for all plans that decide so. */
interface Branch {
  readonly calls: readonly PlannedCall[];
  readonly open: OpenCalls;
  readonly bound: number;
}

const MOST_BOUNDS = 101;
/** After so many bounds this part of the gap has to be gone, or decisions are not what makes the bound loose. */
const FIRST_BOUNDS = 5;
const FIRST_GAIN = 0.2;
/** After so many further ones, again and again, this part of what was left. */
const FURTHER_BOUNDS = 10;
const FURTHER_GAIN = 0.01;

/** Bounds for what is decided so far, and the elementary steps that they took. */
class BranchBounds {
  #steps = 0;
  #count = 0;

  constructor(
    readonly order: readonly MeasuredPackage[],
    readonly price: PriceCall,
    readonly weigh: WeighPackage,
  ) {}

  get steps(): number {
    return this.#steps;
  }

  get count(): number {
    return this.#count;
  }

  evaluate(calls: readonly PlannedCall[], open: OpenCalls): Branch {
    if (open.size === 0) {
      const efforts = calls.map(({ name }) => this.price(name));
      const { problem } = buildProblem(this.order, efforts, listMissing(calls, this.price), this.weigh);
      return { calls, open, bound: this.#prove(problem) };
    }
    const { problem, surplus } = relaxContradictions(calls, open, this.order, this.price, this.weigh);
    return { calls, open, bound: this.#prove(problem) - surplus };
  }

  #prove(problem: PlanningProblem): number {
    const { bound, effort } = proveBound(problem);
    this.#steps += effort;
    this.#count++;
    return bound;
  }
}

/** Sees whether bounds still grow. */
class Progress {
  #checked = 0;
  #gap = Number.POSITIVE_INFINITY;

  /** Whether the gap has become smaller by enough since it was looked at; after how many bounds that is due depends on their number. */
  isMade(bounds: number, gap: number): boolean {
    if (this.#checked === 0) {
      [this.#checked, this.#gap] = [bounds, gap];
      return true;
    }
    const first = this.#checked < FIRST_BOUNDS;
    if (bounds < (first ? FIRST_BOUNDS : this.#checked + FURTHER_BOUNDS)) {
      return true;
    }
    const made = gap <= this.#gap * (1 - (first ? FIRST_GAIN : FURTHER_GAIN));
    [this.#checked, this.#gap] = [bounds, gap];
    return made;
  }
}

/**
 * A lower bound for the area of every plan, whatever it decides about contradictory calls. Where some are left open a bound is loose,
 * so that both decisions are tried, in the branch whose bound is lowest, as long as that helps and a number of elementary steps allows
 * (branch and bound). `order` and `area` are those of a known plan.
 */
export function boundByDecisions(
  calls: readonly PlannedCall[],
  order: readonly MeasuredPackage[],
  area: number,
  price: PriceCall,
  weigh: WeighPackage,
  mostSteps: number,
): number {
  const bounds = new BranchBounds(order, price, weigh);
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
    const branch = bounds.evaluate(
      before.map((call) => (call.name === chosen ? { ...call, treatment } : call)),
      new Set([...open].filter((name) => name !== chosen)),
    );
    // What holds for all plans of a branch holds for those with one more decision.
    return { ...branch, bound: Math.max(known, branch.bound) };
  };

  const branches = [bounds.evaluate(calls, new Set(calls.filter(isUndecided).map(({ name }) => name)))];
  const progress = new Progress();
  for (;;) {
    branches.sort((left, right) => left.bound - right.bound);
    const [lowest] = branches;
    if (
      lowest === undefined ||
      lowest.open.size === 0 ||
      lowest.bound >= area ||
      bounds.steps >= mostSteps ||
      bounds.count >= MOST_BOUNDS ||
      !progress.isMade(bounds.count, area - lowest.bound)
    ) {
      return Math.min(area, lowest?.bound ?? area);
    }
    const chosen = mostDecisive(lowest);
    branches.splice(0, 1, decide(lowest, chosen, "stub"), decide(lowest, chosen, "fake"));
  }
}
