// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { type MissingWork, missingWork, type PlannedCall } from "./call-plan.js";
import { type CallEffort, isExact, type PlanningProblem, relax } from "./optimise/problem.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";

/** What implementing and treating a call costs, in whole units. */
export type PriceCall = (call: string) => CallEffort;

/** The optimisation problem of a plan. */
export interface BuiltProblem {
  readonly problem: PlanningProblem;
  /** For each demand the packages that have it, sorted by name. */
  readonly members: readonly (readonly MeasuredPackage[])[];
  /** Packages that need nothing that is not there. */
  readonly supported: readonly MeasuredPackage[];
}

interface Missing {
  readonly implement: readonly number[];
  readonly treat: readonly number[];
}

const ascending = (left: number, right: number): number => left - right;

/** Who can do without a call can do with it, and that may be less work. */
function chooseWork(work: Exclude<MissingWork, "nothing">, price: CallEffort): "implement" | "treat" {
  return work === "treat" && price.treat < price.implement ? "treat" : "implement";
}

/** Finds out what a package misses: indices into lists of calls, to which work may be added. */
export type ListMissing = (measured: MeasuredPackage) => Missing;

/** What packages miss when calls are treated as it is decided. */
export function listMissing(calls: readonly PlannedCall[], price: PriceCall): ListMissing {
  const byName = indexCalls(calls);
  return ({ needs }) => {
    const missing = { implement: [] as number[], treat: [] as number[] };
    for (const [name, need] of needs) {
      const { call, index } = lookUp(byName, name);
      const work = missingWork(call, need);
      if (work !== "nothing") {
        missing[chooseWork(work, price(name))].push(index);
      }
    }
    return { implement: missing.implement.sort(ascending), treat: missing.treat.sort(ascending) };
  };
}

interface IndexedCall {
  readonly call: PlannedCall;
  readonly index: number;
}

export function indexCalls(calls: readonly PlannedCall[]): ReadonlyMap<string, IndexedCall> {
  return new Map(calls.map((call, index) => [call.name, { call, index }]));
}

export function lookUp(calls: ReadonlyMap<string, IndexedCall>, name: string): IndexedCall {
  const found = calls.get(name);
  if (found === undefined) {
    throw new TypeError(`${name} is not among the planned calls`);
  }
  return found;
}

/**
 * Turns packages and calls into numbers. Packages that miss the same become one demand. Throws UsageError where numbers would not
 * be exact.
 */
export function buildProblem(
  packages: readonly MeasuredPackage[],
  efforts: readonly CallEffort[],
  missingOf: ListMissing,
  weigh: WeighPackage,
): BuiltProblem {
  const groups = new Map<string, { missing: Missing; members: MeasuredPackage[] }>();
  const supported: MeasuredPackage[] = [];
  for (const measured of packages) {
    const missing = missingOf(measured);
    if (missing.implement.length + missing.treat.length === 0) {
      supported.push(measured);
      continue;
    }
    const key = `${missing.implement.join()} ${missing.treat.join()}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { missing, members: [measured] });
    } else {
      group.members.push(measured);
    }
  }
  const demands = [...groups.values()];
  const problem = {
    efforts,
    demands: demands.map(({ missing, members }) => ({
      ...missing,
      weight: members.reduce((sum, member) => sum + weigh(member), 0),
    })),
  };
  if (!isExact(relax(problem))) {
    throw new UsageError(
      "weights times costs are too large to be computed exactly; give smaller costs, or no popcon file",
    );
  }
  return { problem, members: demands.map(({ members }) => members), supported };
}
