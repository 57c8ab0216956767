// SPDX-License-Identifier: GPL-3.0-or-later

/** What a call costs, in whole units (see EFFORT_UNITS): `treat` is stubbing or faking it, and never more than `implement`. */
export interface CallEffort {
  readonly implement: number;
  readonly treat: number;
}

/** Packages that need the same of an operating system, and so come at the same time. */
export interface Demand {
  /** The sum of the packages' weights: a whole number, at least 1. */
  readonly weight: number;
  /** Indices of calls that have to be implemented, ascending. */
  readonly implement: readonly number[];
  /** Indices of calls of which a stub or fake is enough, ascending; none of them is in `implement`. */
  readonly treat: readonly number[];
}

/**
 * In which order are demands to be met? The area to be made small is the sum over all demands of their weight times the effort
 * spent until they are met. A call that is stubbed or faked first and implemented later is paid twice.
 */
export interface PlanningProblem {
  readonly efforts: readonly CallEffort[];
  readonly demands: readonly Demand[];
}

/**
 * The problem without double payment: each demand needs a set of jobs, each job is done once. It is the scheduling problem
 * 1|prec|sum w_j C_j; its optimum is a lower bound for the area of every plan.
 */
export interface ClosureProblem {
  /** Costs of jobs: whole numbers, at least 1. */
  readonly costs: readonly number[];
  readonly weights: readonly number[];
  /** For each demand the indices of its jobs, ascending. */
  readonly jobs: readonly (readonly number[])[];
}

/** Numbers above this cannot be added exactly. */
const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;

/** Whether minimum cuts, whose capacities are weights times costs, can be computed exactly. */
export function isExact({ costs, weights }: ClosureProblem): boolean {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  return sum(costs) * sum(weights) <= LARGEST_EXACT / 4;
}

/**
 * Takes double payment away: the effort of a call becomes a job "treat", which everybody who uses the call needs, and a job "the
 * rest of implementing it", which those need that require it. Both together cost as much as implementing it at once. A real plan
 * pays at least that at any time, whatever it stubs, fakes or implements first.
 */
export function relax({ efforts, demands }: PlanningProblem): ClosureProblem {
  const treated = new Set(demands.flatMap(({ treat }) => treat));
  const costs: number[] = [];
  const addJob = (cost: number): readonly number[] => (cost > 0 ? [costs.push(cost) - 1] : []);
  const parts = efforts.map(({ implement, treat }, call) => {
    const touch = treated.has(call) ? treat : 0;
    return { touch: addJob(touch), rest: addJob(implement - touch) };
  });
  const jobsOf = (call: number): readonly number[] => [...(parts[call]?.touch ?? []), ...(parts[call]?.rest ?? [])];
  return {
    costs,
    weights: demands.map(({ weight }) => weight),
    jobs: demands.map(({ implement, treat }) =>
      [...implement.flatMap(jobsOf), ...treat.flatMap((call) => parts[call]?.touch ?? [])].sort((a, b) => a - b),
    ),
  };
}
