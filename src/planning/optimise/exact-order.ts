// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem } from "./problem.js";

/** The largest number of demands for which all sets of demands are looked at: 2^16 sets, some ten milliseconds. */
export const LARGEST_EXACT_PART = 16;

/** The cost of each set of demands, given as a bit mask. */
function costsOfSets({ costs, jobs }: ClosureProblem): Float64Array {
  const size = 1 << jobs.length;
  const users = new Int32Array(costs.length);
  for (const [demand, needed] of jobs.entries()) {
    for (const job of needed) {
      users[job] = (users[job] as number) | (1 << demand);
    }
  }
  // First what is needed by nobody outside of the set (sums over subsets), then everything but what only the others need.
  const within = new Float64Array(size);
  for (const [job, mask] of users.entries()) {
    within[mask] = (within[mask] as number) + (costs[job] as number);
  }
  for (let bit = 1; bit < size; bit <<= 1) {
    for (let set = 0; set < size; set++) {
      if ((set & bit) !== 0) {
        within[set] = (within[set] as number) + (within[set ^ bit] as number);
      }
    }
  }
  const total = within[size - 1] as number;
  return within.map((_, set) => total - (within[size - 1 - set] as number));
}

/**
 * Finds an order with the smallest area by dynamic programming over all sets of demands (Held and Karp, 1962), for at most
 * LARGEST_EXACT_PART demands.
 */
export function orderExactly(problem: ClosureProblem): { readonly order: readonly number[]; readonly area: number } {
  const { weights } = problem;
  const size = 1 << weights.length;
  const costs = costsOfSets(problem);
  const areas = new Float64Array(size);
  const last = new Int8Array(size);
  for (let set = 1; set < size; set++) {
    let least = Number.POSITIVE_INFINITY;
    for (let demand = 0; demand < weights.length; demand++) {
      if ((set & (1 << demand)) !== 0) {
        const area = (areas[set ^ (1 << demand)] as number) + (weights[demand] as number) * (costs[set] as number);
        if (area < least) {
          least = area;
          last[set] = demand;
        }
      }
    }
    areas[set] = least;
  }
  const order: number[] = [];
  for (let set = size - 1; set > 0; set ^= 1 << (last[set] as number)) {
    order.unshift(last[set] as number);
  }
  return { order, area: areas[size - 1] as number };
}
