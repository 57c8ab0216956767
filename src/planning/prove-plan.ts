// SPDX-License-Identifier: GPL-3.0-or-later
import { boundByDecisions } from "./bound-by-decisions.js";
import { boundByEfforts, type ReachedPackage } from "./bound-by-efforts.js";
import type { PriceCall } from "./build-problem.js";
import type { PlannedCall } from "./call-plan.js";
import type { WeighPackage } from "./package-needs.js";

/** A plan as far as a bound depends on it. */
export interface DecidedPlan {
  readonly calls: readonly PlannedCall[];
  /** The packages that it has steps for, in their order. */
  readonly order: readonly ReachedPackage[];
  readonly area: number;
}

/**
 * How many elementary steps go into bounds by decisions: with more needs, each bound takes more steps, and more contradictions are
 * to be decided. But not without end.
 */
const FEWEST_STEPS = 2.2e7;
const STEPS_AT_1000_NEEDS = 1.2e6;
const STEPS_GROW_BY = 1.88;
const MOST_STEPS = 1.4e8;
/** Of a whole distribution one bound takes long enough. */
const MANY_NEEDS = 50_000;
/** How many steps go into the bound by least efforts, and what a gap has to be worth them, as a part of the area. */
const EFFORT_STEPS_FOR_NEED = 1.2e4;
const MOST_EFFORT_STEPS = 6e8;
const WIDE_GAP = 0.02;

function limitSteps(needs: number): number {
  const steps = STEPS_AT_1000_NEEDS * (needs / 1000) ** STEPS_GROW_BY;
  return needs > MANY_NEEDS ? 0 : Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, steps));
}

function countNeeds(order: readonly ReachedPackage[], calls: readonly PlannedCall[]): number {
  const there = new Set(calls.filter(({ initial }) => initial === "full").map(({ name }) => name));
  return order.reduce(
    (sum, { measured }) => sum + [...measured.needs.keys()].filter((call) => !there.has(call)).length,
    0,
  );
}

/**
 * A lower bound for the area of every plan, whatever it decides about contradictory calls: the larger one of two. The one by
 * decisions knows that packages come one after another, and is tight where they fall into many blocks; the one by efforts
 * knows what packages cost together, and is tight where there is one large block.
 */
export function provePlan({ calls, order, area }: DecidedPlan, price: PriceCall, weigh: WeighPackage): number {
  const needs = countNeeds(order, calls);
  const packages = order.map(({ measured }) => measured);
  const bound = boundByDecisions(calls, packages, area, price, weigh, limitSteps(needs));
  if (area - bound <= WIDE_GAP * area || needs > MANY_NEEDS) {
    return bound;
  }
  const steps = Math.min(MOST_EFFORT_STEPS, EFFORT_STEPS_FOR_NEED * needs);
  return Math.min(area, Math.max(bound, boundByEfforts(calls, order, price, weigh, steps)));
}
