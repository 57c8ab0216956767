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
 * How many elementary steps go into bounds by decisions and by efforts: with more needs, each bound takes more steps, and more is to
 * be decided. But not without end.
 */
const STEPS_GROW_BY = 1.88;
const BY_DECISIONS = { fewest: 2.2e7, at1000Needs: 1.2e6, most: 1.4e8 };
const BY_EFFORTS = { fewest: 2e7, at1000Needs: 3e6, most: 4e9 };
/** Of a whole distribution one bound takes long enough. */
const MANY_NEEDS = 50_000;
/** What a gap has to be, as a part of the area, to be worth the bound by efforts. */
const WIDE_GAP = 0.01;

function limitSteps(needs: number, { fewest, at1000Needs, most }: typeof BY_DECISIONS): number {
  const steps = at1000Needs * (needs / 1000) ** STEPS_GROW_BY;
  return needs > MANY_NEEDS ? 0 : Math.min(most, Math.max(fewest, steps));
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
  const bound = boundByDecisions(calls, packages, area, price, weigh, limitSteps(needs, BY_DECISIONS));
  if (area - bound <= WIDE_GAP * area || needs > MANY_NEEDS) {
    return bound;
  }
  const byEfforts = boundByEfforts(calls, order, price, weigh, limitSteps(needs, BY_EFFORTS));
  return Math.min(area, Math.max(bound, byEfforts));
}
