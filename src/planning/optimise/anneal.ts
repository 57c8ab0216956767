// SPDX-License-Identifier: GPL-3.0-or-later
import { closureArea } from "./area.js";
import { flattenJobs } from "./local-search.js";
import type { ClosureProblem } from "./problem.js";
import { makeRandom } from "./random.js";

/** How many moves are tried for each demand of the order. Steps, not seconds, so that the result is always the same. */
const MOVES_PER_DEMAND = 1200;
const MOST_MOVES = 800_000;
/** Most moves go only so far; one in thirty goes farther, which takes as much time as many near ones. */
const NEAR = 15;
const FAR = 500;
const FAR_MOVES = 0.03;
/** By how much one move may make the area larger at first and at the end, in parts of the area for each demand. */
const FIRST_LOSS = 0.04;
const LAST_LOSS = 0.0004;
/** After so many moves the largest loss is lowered. */
const MOVES_PER_LOSS = 1024;
const SEED = 19900415;

/** An order that is changed by moves of single demands, each looked at only between its old and its new place. */
class ChangingOrder {
  readonly order: Int32Array;
  readonly #costs: Float64Array;
  readonly #weights: Float64Array;
  readonly #starts: Int32Array;
  readonly #jobs: Int32Array;
  /** For each job the place of its first user. */
  readonly #first: Int32Array;
  /** The last walk that paid a job. */
  readonly #paidIn: Int32Array;
  #walk = 0;

  constructor({ costs, weights, jobs }: ClosureProblem, order: readonly number[]) {
    this.order = Int32Array.from(order);
    this.#costs = Float64Array.from(costs);
    this.#weights = Float64Array.from(weights);
    const { starts, flat } = flattenJobs(jobs);
    this.#starts = starts;
    this.#jobs = flat;
    this.#first = new Int32Array(costs.length);
    this.#paidIn = new Int32Array(costs.length);
    this.#findFirstUsers(0, order.length - 1);
  }

  #findFirstUsers(start: number, end: number): void {
    for (let place = end; place >= start; place--) {
      const demand = this.order[place] as number;
      for (let index = this.#starts[demand] as number; index < (this.#starts[demand + 1] as number); index++) {
        const job = this.#jobs[index] as number;
        if ((this.#first[job] as number) >= start || start === 0) {
          this.#first[job] = place;
        }
      }
    }
  }

  /** The area between two places without what was paid before; stops where it is more than `most`. */
  #areaBetween(start: number, end: number, most: number): number {
    const walk = ++this.#walk;
    let [cost, area] = [0, 0];
    for (let place = start; place <= end && area <= most; place++) {
      const demand = this.order[place] as number;
      const last = this.#starts[demand + 1] as number;
      for (let index = this.#starts[demand] as number; index < last; index++) {
        const job = this.#jobs[index] as number;
        if ((this.#first[job] as number) >= start && this.#paidIn[job] !== walk) {
          this.#paidIn[job] = walk;
          cost += this.#costs[job] as number;
        }
      }
      area += cost * (this.#weights[demand] as number);
    }
    return area;
  }

  /** Moves a demand unless that makes the area larger by more than `loss`; returns by how much it became larger. */
  move(from: number, to: number, loss: number): number {
    const [start, end] = [Math.min(from, to), Math.max(from, to)];
    const before = this.#areaBetween(start, end, Number.POSITIVE_INFINITY);
    this.#shift(from, to);
    const after = this.#areaBetween(start, end, before + loss);
    if (after > before + loss) {
      this.#shift(to, from);
      return 0;
    }
    this.#findFirstUsers(start, end);
    return after - before;
  }

  #shift(from: number, to: number): void {
    const demand = this.order[from] as number;
    if (from < to) {
      this.order.copyWithin(from, from + 1, to + 1);
    } else {
      this.order.copyWithin(to + 1, to, from);
    }
    this.order[to] = demand;
  }
}

/**
 * Looks for a better order by single moves that may at first make it a little worse (threshold accepting: Dueck and Scheuer, 1990),
 * which finds much better orders of hundreds of demands than moves that only improve. Never worse than what was given.
 */
export function anneal(problem: ClosureProblem, order: readonly number[]): readonly number[] {
  const size = order.length;
  const random = makeRandom(SEED);
  const changing = new ChangingOrder(problem, order);
  const moves = Math.min(MOST_MOVES, size * MOVES_PER_DEMAND);
  const start = closureArea(problem, order);
  let [area, least, best] = [start, start, order];
  const cooling = (LAST_LOSS / FIRST_LOSS) ** (MOVES_PER_LOSS / moves);
  let most = (FIRST_LOSS * start) / size;
  for (let move = 1; move <= moves; move++) {
    const from = Math.floor(random() * size);
    const reach = random() < FAR_MOVES ? FAR : NEAR;
    const to = from + Math.floor(random() * (2 * reach + 1)) - reach;
    const loss = most * random();
    if (to >= 0 && to < size && to !== from) {
      area += changing.move(from, to, loss);
    }
    if (move % MOVES_PER_LOSS === 0 || move === moves) {
      most *= cooling;
      if (area < least) {
        [least, best] = [area, [...changing.order]];
      }
    }
  }
  return best;
}
