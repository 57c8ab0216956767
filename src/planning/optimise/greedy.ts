// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem } from "./problem.js";

/** What a greedy order takes next: the demand with the least cost, or with the least cost for its weight. */
export type GreedyRule = "cheapest" | "densest";

const RULES: Readonly<Record<GreedyRule, (cost: number, weight: number) => number>> = {
  cheapest: (cost) => cost,
  densest: (cost, weight) => cost / weight,
};

function listUsers({ costs, jobs }: ClosureProblem): readonly (readonly number[])[] {
  const users: number[][] = costs.map(() => []);
  for (const [demand, needed] of jobs.entries()) {
    for (const job of needed) {
      users[job]?.push(demand);
    }
  }
  return users;
}

/**
 * Orders demands by always taking the one that is best now; among equals the one with more weight, then the first. "cheapest" is
 * what the reference tool does, but for its ties.
 */
export function orderGreedily(problem: ClosureProblem, rule: GreedyRule): number[] {
  const { costs, weights, jobs } = problem;
  const rate = RULES[rule];
  const users = listUsers(problem);
  const paid = new Uint8Array(costs.length);
  const missing = Float64Array.from(jobs, (needed) => needed.reduce((sum, job) => sum + (costs[job] as number), 0));
  const waiting = weights.map((_, demand) => demand);
  const order: number[] = [];
  while (waiting.length > 0) {
    let best = 0;
    let bestRate = Number.POSITIVE_INFINITY;
    for (const [place, demand] of waiting.entries()) {
      const weight = weights[demand] as number;
      const value = rate(missing[demand] as number, weight);
      if (value < bestRate || (value === bestRate && weight > (weights[waiting[best] as number] as number))) {
        best = place;
        bestRate = value;
      }
    }
    const [taken] = waiting.splice(best, 1);
    order.push(taken as number);
    for (const job of jobs[taken as number] as readonly number[]) {
      if (paid[job] === 0) {
        paid[job] = 1;
        for (const user of users[job] as readonly number[]) {
          missing[user] = (missing[user] as number) - (costs[job] as number);
        }
      }
    }
  }
  return order;
}
