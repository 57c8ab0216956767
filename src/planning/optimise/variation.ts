// SPDX-License-Identifier: GPL-3.0-or-later
import { closureArea } from "./area.js";
import { MoveSearch } from "./local-search.js";
import type { ClosureProblem } from "./problem.js";
import { makeRandom } from "./random.js";

/** A number of elementary steps, not seconds, so that the result is always the same. */
const STEPS = 1e6;
const MOST_ROUNDS = 200;
/** About so many demands are looked at in a round, and at most so many. */
const ROUND_DEMANDS = 40;
const MOST_DEMANDS = 400;
const FEWEST_MEMBERS = 4;
const MORE_MEMBERS = 12;
const SEED = 20240427;

function shuffle(items: number[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other] as number, items[last] as number];
  }
}

interface Variation {
  readonly order: readonly number[];
  /** Where it was changed: from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
}

/** The order with a few neighbours in another order. */
function vary(order: readonly number[], random: () => number): Variation {
  const length = Math.min(order.length, FEWEST_MEMBERS + Math.floor(random() * MORE_MEMBERS));
  const start = Math.floor(random() * (order.length - length + 1));
  const end = start + length;
  const members = order.slice(start, end);
  shuffle(members, random);
  return { order: [...order.slice(0, start), ...members, ...order.slice(end)], start, end };
}

/**
 * Leaves an order that no single move makes better: shuffles some neighbours, improves the result by moves, keeps it where its
 * area is smaller (iterated local search). Never worse than what was given.
 */
export function varyAndImprove(problem: ClosureProblem, order: readonly number[]): readonly number[] {
  const random = makeRandom(SEED);
  const search = new MoveSearch(problem);
  const rounds = Math.min(MOST_ROUNDS, Math.floor(STEPS / (order.length * ROUND_DEMANDS)));
  let [best, area] = [order, closureArea(problem, order)];
  for (let round = 0; round < rounds; round++) {
    const { order: varied, start, end } = vary(best, random);
    const improved = search.improveBetween(varied, start, end, order.length * MOST_DEMANDS);
    const candidate = closureArea(problem, improved);
    if (candidate < area) {
      [best, area] = [improved, candidate];
    }
  }
  return best;
}
