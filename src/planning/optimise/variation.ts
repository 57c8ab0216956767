// SPDX-License-Identifier: GPL-3.0-or-later
import { closureArea } from "./area.js";
import { improveByMoves } from "./local-search.js";
import type { ClosureProblem } from "./problem.js";
import { makeRandom } from "./random.js";

/** A number of elementary steps, not seconds, so that the result is always the same. */
const STEPS = 5e6;
const MOST_ROUNDS = 200;
const FEWEST_MEMBERS = 4;
const MORE_MEMBERS = 12;
const SEED = 20240427;

function shuffle(items: number[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other] as number, items[last] as number];
  }
}

/** The order with a few neighbours in another order. */
function vary(order: readonly number[], random: () => number): readonly number[] {
  const length = Math.min(order.length, FEWEST_MEMBERS + Math.floor(random() * MORE_MEMBERS));
  const start = Math.floor(random() * (order.length - length + 1));
  const members = order.slice(start, start + length);
  shuffle(members, random);
  return [...order.slice(0, start), ...members, ...order.slice(start + length)];
}

/**
 * Leaves an order that no single move makes better: shuffles some neighbours, improves the result by moves, keeps it where its
 * area is smaller (iterated local search). Never worse than what was given.
 */
export function varyAndImprove(problem: ClosureProblem, order: readonly number[]): readonly number[] {
  const random = makeRandom(SEED);
  let [best, area] = [order, closureArea(problem, order)];
  let left = STEPS;
  for (let round = 0; round < MOST_ROUNDS && left > 0; round++) {
    const improved = improveByMoves(problem, vary(best, random), left);
    // Two passes over all demands and places are what an improvement takes at least.
    left -= 2 * order.length ** 2;
    const candidate = closureArea(problem, improved);
    if (candidate < area) {
      [best, area] = [improved, candidate];
    }
  }
  return best;
}
