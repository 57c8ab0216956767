// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem, Demand, PlanningProblem } from "./problem.js";

/** What is done just before a demand is met. */
export interface Work {
  /** Indices of calls, ascending. */
  readonly implement: readonly number[];
  readonly treat: readonly number[];
  /** The effort of this work. */
  readonly effort: number;
}

/** An order of demands with all that is decided about it. */
export interface Schedule {
  /** Indices of demands. */
  readonly order: readonly number[];
  /** The work before each demand of the order. */
  readonly work: readonly Work[];
  /** The sum over all demands of weight times the effort until they are met. */
  readonly area: number;
}

interface FirstUses {
  /** The position in the order at which a call is first to be treated, or implemented. */
  readonly treat: Int32Array;
  readonly implement: Int32Array;
}

const NEVER = 0x7fffffff;

function findFirstUses({ efforts, demands }: PlanningProblem, order: readonly number[]): FirstUses {
  const treat = new Int32Array(efforts.length).fill(NEVER);
  const implement = new Int32Array(efforts.length).fill(NEVER);
  for (let position = order.length - 1; position >= 0; position--) {
    const demand = demands[order[position] as number] as Demand;
    for (const call of demand.treat) {
      treat[call] = position;
    }
    for (const call of demand.implement) {
      implement[call] = position;
    }
  }
  return { treat, implement };
}

/** For each position of the order the weight of all demands from there on: what a unit of effort at this position adds to the area. */
function weightsAhead({ demands }: PlanningProblem, order: readonly number[]): Float64Array {
  const ahead = new Float64Array(order.length + 1);
  for (let position = order.length - 1; position >= 0; position--) {
    ahead[position] = (ahead[position + 1] as number) + (demands[order[position] as number] as Demand).weight;
  }
  return ahead;
}

/**
 * The work of an order. A call that is first treated and later implemented is either paid twice or implemented at once, whatever
 * makes the area smaller: calls do not influence each other in that.
 */
export function scheduleOrder(problem: PlanningProblem, order: readonly number[]): Schedule {
  const first = findFirstUses(problem, order);
  const ahead = weightsAhead(problem, order);
  const work = order.map(() => ({ implement: [] as number[], treat: [] as number[], effort: 0 }));
  let area = 0;
  const pay = (position: number, call: number, kind: "implement" | "treat"): void => {
    const effort = problem.efforts[call]?.[kind] ?? 0;
    const at = work[position] as (typeof work)[number];
    at[kind].push(call);
    at.effort += effort;
    area += effort * (ahead[position] as number);
  };
  for (const [call, { implement, treat }] of problem.efforts.entries()) {
    const treatAt = first.treat[call] as number;
    const implementAt = first.implement[call] as number;
    if (treatAt < implementAt) {
      const later = implementAt === NEVER ? 0 : implement * (ahead[implementAt] as number);
      if (treat * (ahead[treatAt] as number) + later >= implement * (ahead[treatAt] as number)) {
        pay(treatAt, call, "implement");
        continue;
      }
      pay(treatAt, call, "treat");
    }
    if (implementAt !== NEVER) {
      pay(implementAt, call, "implement");
    }
  }
  return { order, work, area };
}

/** The area of an order where each job is paid once. */
export function closureArea({ costs, weights, jobs }: ClosureProblem, order: readonly number[]): number {
  const done = new Set<number>();
  let [cost, area] = [0, 0];
  for (const demand of order) {
    for (const job of (jobs[demand] as readonly number[]).filter((needed) => !done.has(needed))) {
      done.add(job);
      cost += costs[job] as number;
    }
    area += cost * (weights[demand] as number);
  }
  return area;
}
