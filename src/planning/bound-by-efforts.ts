// SPDX-License-Identifier: GPL-3.0-or-later
import { groupBy } from "../group-by.js";
import { indexCalls, listMissing, lookUp, type PriceCall } from "./build-problem.js";
import { isUndecided, type PlannedCall } from "./call-plan.js";
import type { Need } from "./need.js";
import {
  type EffortJob,
  type EffortProblem,
  greatestCommonDivisor,
  type When,
} from "./optimise/least-effort/effort-problem.js";
import { type AskedLevel, proveEfforts } from "./optimise/least-effort/prove-efforts.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";

/** A package with the effort that a plan has spent when it runs. */
export interface ReachedPackage {
  readonly measured: MeasuredPackage;
  readonly effort: number;
}

/** The weight of all packages is divided into about so many parts at least. */
const PARTS = 250;
/** To prove more than the plan's own effort without this part of the mean effort takes more time than it is worth. */
const MARGIN = 0.004;

const WHENS: Readonly<Partial<Record<Need, When>>> = { stub: "unless stubbed", fake: "unless faked" };

/** How a package uses a call: it needs no more than a treatment, or the call itself, always or unless it is treated well. */
interface CallUse {
  readonly call: number;
  readonly implemented: When | "never";
}

/** What a package needs when contradictory calls are not decided; calls that cost nothing or are there already are left out. */
function listUses(calls: readonly PlannedCall[], price: PriceCall): (measured: MeasuredPackage) => readonly CallUse[] {
  const missing = listMissing(calls, price);
  const byName = indexCalls(calls);
  const isOpen = (index: number): boolean => {
    const call = calls[index] as PlannedCall;
    const { treat, implement } = price(call.name);
    return isUndecided(call) && treat < implement;
  };
  return (measured) => {
    const { implement, treat } = missing(measured);
    const open = [...measured.needs].flatMap(([name, need]): readonly CallUse[] => {
      const { index } = lookUp(byName, name);
      const otherwise = need === "required" ? "always" : "never";
      return isOpen(index) ? [{ call: index, implemented: WHENS[need] ?? otherwise }] : [];
    });
    const decided = (indices: readonly number[], implemented: CallUse["implemented"]): readonly CallUse[] =>
      indices.filter((index) => !isOpen(index)).map((call) => ({ call, implemented }));
    return [...decided(implement, "always"), ...decided(treat, "never"), ...open].sort(
      (left, right) => left.call - right.call,
    );
  };
}

/**
 * The problem of what a set of packages costs together: for each call a job of treating it, which everybody needs who uses it,
 * and one of the rest of implementing it. Packages that need the same become one demand.
 */
export function buildEffortProblem(
  calls: readonly PlannedCall[],
  packages: readonly MeasuredPackage[],
  price: PriceCall,
  weigh: WeighPackage,
): EffortProblem {
  const usesOf = listUses(calls, price);
  const keyOf = (uses: readonly CallUse[]): string =>
    uses.map(({ call, implemented }) => `${call} ${implemented}`).join();
  const all = packages.map((measured) => ({ weight: weigh(measured), uses: usesOf(measured) }));
  const demands = [...groupBy(all, ({ uses }) => keyOf(uses)).values()];
  const touching = calls.map((): EffortJob["users"][number][] => []);
  const implementing = calls.map((): EffortJob["users"][number][] => []);
  for (const [demand, [first]] of demands.entries()) {
    for (const { call, implemented } of first?.uses ?? []) {
      touching[call]?.push({ demand, when: "always" });
      if (implemented !== "never") {
        implementing[call]?.push({ demand, when: implemented });
      }
    }
  }
  const jobs = calls.flatMap(({ name }, call): readonly EffortJob[] => {
    const { implement, treat } = price(name);
    const touch = treat < implement ? treat : 0;
    return [
      { cost: touch, users: touching[call] ?? [] },
      { cost: implement - touch, users: implementing[call] ?? [] },
    ];
  });
  return {
    weights: demands.map((members) => members.reduce((sum, { weight }) => sum + weight, 0)),
    jobs: jobs.filter(({ cost, users }) => cost > 0 && users.length > 0),
  };
}

/**
 * The weights at which the least effort is asked for, with the plan's own efforts there. All weights that can be reached are
 * multiples of `grain`, so that whoever has more than some weight has one grain more.
 */
export function listLevels(
  order: readonly ReachedPackage[],
  weigh: WeighPackage,
  grain: number,
): readonly AskedLevel[] {
  const runs = [...groupBy(order, ({ effort }) => effort)].map(([effort, members]) => ({
    effort,
    grains: members.reduce((sum, { measured }) => sum + weigh(measured), 0) / grain,
  }));
  const finest = Math.max(1, runs.reduce((sum, { grains }) => sum + grains, 0) / PARTS);
  let reached = 0;
  return runs.flatMap(({ effort, grains }) => {
    const parts = Math.ceil(grains / finest);
    const starts = Array.from({ length: parts }, (_, part) => Math.floor((grains * part) / parts));
    const first = reached;
    reached += grains;
    return starts.map((start, part) => ({
      weight: (first + start + 1) * grain,
      width: ((starts[part + 1] ?? grains) - start) * grain,
      effort,
    }));
  });
}

/**
 * A lower bound for the area of every plan, by the least effort after which so much weight can run, for each weight on its own.
 * `order` are the packages of a plan in their order.
 */
export function boundByEfforts(
  calls: readonly PlannedCall[],
  order: readonly ReachedPackage[],
  price: PriceCall,
  weigh: WeighPackage,
  steps: number,
): number {
  const problem = buildEffortProblem(
    calls,
    order.map(({ measured }) => measured),
    price,
    weigh,
  );
  const levels = listLevels(order, weigh, problem.weights.reduce(greatestCommonDivisor, 0));
  const area = levels.reduce((sum, { width, effort }) => sum + width * effort, 0);
  const margin = (MARGIN * area) / problem.weights.reduce((sum, weight) => sum + weight, 0);
  const aims = levels.map((level) => ({ ...level, effort: level.effort - margin }));
  return problem.jobs.length === 0 ? 0 : proveEfforts(problem, aims, steps);
}
