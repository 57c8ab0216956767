// SPDX-License-Identifier: GPL-3.0-or-later
import {
  type BuiltProblem,
  buildProblem,
  indexCalls,
  type ListMissing,
  listMissing,
  lookUp,
  type PriceCall,
} from "./build-problem.js";
import { isUndecided, type PlannedCall } from "./call-plan.js";
import type { CallTreatment, Need } from "./need.js";
import type { CallEffort } from "./optimise/problem.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";

/** For each need the weight of all packages from the first one on that has it: what a unit of effort just before it costs. */
type WeightsAhead = Readonly<Record<Need, number>>;

/** The part of all weight that counts as much. */
const MUCH_LARGER = 0.25;

/** The weights ahead for one call, where packages come in this order. */
function weighAhead(order: readonly MeasuredPackage[], call: string, weigh: WeighPackage): WeightsAhead {
  const ahead: Record<Need, number> = { required: 0, stub: 0, fake: 0, any: 0 };
  let weight = 0;
  for (const measured of [...order].reverse()) {
    weight += weigh(measured);
    const need = measured.needs.get(call);
    if (need !== undefined) {
      ahead[need] = weight;
    }
  }
  return ahead;
}

function costOf(treatment: CallTreatment, ahead: WeightsAhead, { implement, treat }: CallEffort): number {
  const other = treatment === "stub" ? "fake" : "stub";
  const treated = Math.max(ahead[treatment], ahead.any);
  const implemented = Math.max(ahead[other], ahead.required);
  return treated <= implemented
    ? implement * implemented
    : Math.min(treat * treated + implement * implemented, implement * treated);
}

/** Decides contradictory calls so that the area is smallest where packages come in this order. */
export function decideTreatments(
  calls: readonly PlannedCall[],
  order: readonly MeasuredPackage[],
  price: PriceCall,
  weigh: WeighPackage,
): readonly PlannedCall[] {
  return calls.map((call) => {
    if (!isUndecided(call)) {
      return call;
    }
    const ahead = weighAhead(order, call.name, weigh);
    const [stub, fake] = [costOf("stub", ahead, price(call.name)), costOf("fake", ahead, price(call.name))];
    return { ...call, treatment: fake < stub ? "fake" : "stub" };
  });
}

/** The calls whose treatment is left open. */
export type OpenCalls = ReadonlySet<string>;

/** A problem that is easier than any decision about contradictory calls makes it. */
export interface RelaxedProblem extends BuiltProblem {
  /** To be subtracted from the area of the relaxed problem. */
  readonly surplus: number;
}

/**
 * Makes a problem whose bound, without the surplus, holds whatever is decided about contradictory calls.
 *
 * Let S, F and R be the weights of all packages from the first one on that can only have the call stubbed, only faked, or that
 * requires it. Whatever is decided, all but the price of a treatment is paid before the second of S and F has come, and before R:
 * at the weight max(R, min(S, F)). That is at least R, and at least S + F - T, where T is the weight of all packages. Which of the
 * two is used may be chosen for each call. The second is worth it only where it is much larger in the order that was found,
 * because a bound lets one side wait that is few.
 */
export function relaxContradictions(
  calls: readonly PlannedCall[],
  open: OpenCalls,
  order: readonly MeasuredPackage[],
  price: PriceCall,
  weigh: WeighPackage,
): RelaxedProblem {
  const total = order.reduce((sum, measured) => sum + weigh(measured), 0);
  const split = calls.filter(({ name }) => {
    const ahead = open.has(name) ? weighAhead(order, name, weigh) : undefined;
    return ahead !== undefined && ahead.stub + ahead.fake - total - ahead.required > MUCH_LARGER * total;
  });
  const sides = new Map(split.map(({ name }, index) => [name, calls.length + 2 * index]));
  const rests = split.map(({ name }) => price(name).implement - price(name).treat);
  const decided = listMissing(calls, price);
  const byName = indexCalls(calls);
  const missingOf: ListMissing = (measured) => {
    const { implement, treat } = decided(measured);
    const others = (index: number): boolean => !open.has((calls[index] as PlannedCall).name);
    const missing = { implement: implement.filter(others), treat: treat.filter(others) };
    for (const [name, need] of measured.needs) {
      if (!open.has(name)) {
        continue;
      }
      const { index } = lookUp(byName, name);
      const side = sides.get(name);
      const cheaper = price(name).treat < price(name).implement;
      missing[cheaper && (need !== "required" || side !== undefined) ? "treat" : "implement"].push(index);
      if (side !== undefined && (need === "stub" || need === "fake")) {
        missing.implement.push(need === "stub" ? side : side + 1);
      }
    }
    const ascending = (left: number, right: number): number => left - right;
    return { implement: missing.implement.sort(ascending), treat: missing.treat.sort(ascending) };
  };
  const efforts = [
    ...calls.map(({ name }) => price(name)),
    ...rests.flatMap((rest) => [
      { implement: rest, treat: 0 },
      { implement: rest, treat: 0 },
    ]),
  ];
  const built = buildProblem(order, efforts, missingOf, weigh);
  return { ...built, surplus: total * rests.reduce((sum, rest) => sum + rest, 0) };
}

/** What deciding an open call adds to the area of this order, whichever way: branching on it raises a bound the most. */
export function weighDecision(
  call: string,
  order: readonly MeasuredPackage[],
  price: PriceCall,
  weigh: WeighPackage,
): number {
  const { required, stub, fake } = weighAhead(order, call, weigh);
  const { implement, treat } = price(call);
  return (implement - treat) * Math.max(0, Math.min(stub, fake) - required);
}
