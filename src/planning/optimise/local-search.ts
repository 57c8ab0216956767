// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem } from "./problem.js";

interface Move {
  readonly from: number;
  readonly to: number;
  /** By how much the area becomes smaller. */
  readonly gain: number;
}

/** The jobs of all demands in one array: those of demand d from `starts[d]` to `starts[d + 1]`. */
export function flattenJobs(jobs: ClosureProblem["jobs"]): { readonly starts: Int32Array; readonly flat: Int32Array } {
  const starts = new Int32Array(jobs.length + 1);
  for (const [demand, needed] of jobs.entries()) {
    starts[demand + 1] = (starts[demand] as number) + needed.length;
  }
  return { starts, flat: Int32Array.from(jobs.flat()) };
}

/** Moves single demands of an order to better places. One search serves for many orders of the same problem. */
export class MoveSearch {
  readonly #costs: Float64Array;
  readonly #weights: Float64Array;
  readonly #starts: Int32Array;
  readonly #jobs: Int32Array;
  #order: Int32Array;
  /** For each job the positions of its first and second user, and the number of demands where there is none. */
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  /** For each position the costs paid there. */
  readonly #paid: Float64Array;
  // Kept, because new arrays for every move would take more time than the rest. See #findBestMove.
  readonly #others: Float64Array;
  readonly #shared: Float64Array;
  readonly #remaining: Float64Array;

  constructor({ costs, weights, jobs }: ClosureProblem) {
    const size = weights.length;
    this.#costs = Float64Array.from(costs);
    this.#weights = Float64Array.from(weights);
    const { starts, flat } = flattenJobs(jobs);
    this.#starts = starts;
    this.#jobs = flat;
    this.#order = new Int32Array(size);
    this.#first = new Int32Array(costs.length);
    this.#second = new Int32Array(costs.length);
    this.#paid = new Float64Array(size);
    this.#others = new Float64Array(size);
    this.#shared = new Float64Array(size);
    this.#remaining = new Float64Array(size);
  }

  /**
   * Moves demands to better places, one after the other, until no single move makes the area smaller, or `effort` steps are used up
   * (a step looks at one demand at one place). The result is never worse than what was given.
   */
  improve(order: readonly number[], effort: number): readonly number[] {
    return this.#improve(order, effort, [...order]);
  }

  /**
   * The same for an order that was changed between two positions only: looks at the demands there, and at those that others
   * passed by since. What is far from all changes is as good as it was before.
   */
  improveBetween(order: readonly number[], start: number, end: number, effort: number): readonly number[] {
    return this.#improve(order, effort, order.slice(start, end));
  }

  #improve(order: readonly number[], effort: number, first: readonly number[]): readonly number[] {
    this.#order = Int32Array.from(order);
    this.#refresh();
    const waiting = new Set(first);
    let left = effort;
    for (const demand of waiting) {
      if (left <= 0) {
        break;
      }
      left -= order.length;
      waiting.delete(demand);
      const move = this.#findBestMove(this.#order.indexOf(demand));
      if (move.gain > 0) {
        this.#apply(move);
        const [start, end] = [Math.min(move.from, move.to), Math.max(move.from, move.to)];
        for (const passed of this.#order.subarray(start, end + 1)) {
          waiting.add(passed);
        }
      }
    }
    return [...this.#order];
  }

  #refresh(): void {
    const [order, first, second, paid, costs] = [this.#order, this.#first, this.#second, this.#paid, this.#costs];
    const size = order.length;
    first.fill(size);
    second.fill(size);
    paid.fill(0);
    for (let position = size - 1; position >= 0; position--) {
      const demand = order[position] as number;
      const end = this.#starts[demand + 1] as number;
      for (let index = this.#starts[demand] as number; index < end; index++) {
        const job = this.#jobs[index] as number;
        second[job] = first[job] as number;
        first[job] = position;
      }
    }
    for (let job = 0; job < first.length; job++) {
      const position = first[job] as number;
      if (position < size) {
        paid[position] = (paid[position] as number) + (costs[job] as number);
      }
    }
  }

  #apply({ from, to }: Move): void {
    const demand = this.#order[from] as number;
    if (from < to) {
      this.#order.copyWithin(from, from + 1, to + 1);
    } else {
      this.#order.copyWithin(to + 1, to, from);
    }
    this.#order[to] = demand;
    this.#refresh();
  }

  /**
   * The best place for the demand at `from`, in time proportional to the number of demands: what others pay changes only for the
   * jobs of this demand, and moves on by one place at a time.
   */
  #findBestMove(from: number): Move {
    const weight = this.#weights[this.#order[from] as number] as number;
    const [others, shared, remaining] = [this.#others, this.#shared, this.#remaining];
    const last = this.#order.length - 1;
    let own = this.#takeOut(from);
    // From the last place to the first: what is paid before and after this demand, each times the weight that waits for it.
    let ahead = 0;
    let [before, after] = [0, 0];
    for (let place = last - 1; place >= 0; place--) {
      ahead += this.#weights[this.#order[place < from ? place : place + 1] as number] as number;
      remaining[place] = ahead;
      before += (others[place] as number) * (ahead + weight);
    }
    let area = before + own * weight;
    let [to, least, now] = [last, area, area];
    for (let place = last - 1; place >= 0; place--) {
      const rest = remaining[place] as number;
      before -= (others[place] as number) * (rest + weight);
      after += ((others[place] as number) - (shared[place] as number)) * rest;
      own += shared[place] as number;
      area = before + own * (rest + weight) + after;
      if (area < least) {
        [to, least] = [place, area];
      }
      if (place === from) {
        now = area;
      }
    }
    return { from, to, gain: now - least };
  }

  /**
   * Takes the demand at `from` out of the order: sets what is paid at each place of the others, and which part of it this demand would
   * pay if it came before. Returns the cost of what nobody else needs.
   */
  #takeOut(from: number): number {
    const [others, shared] = [this.#others, this.#shared];
    const demand = this.#order[from] as number;
    const last = this.#order.length - 1;
    for (let place = 0; place < last; place++) {
      others[place] = this.#paid[place < from ? place : place + 1] as number;
    }
    shared.fill(0);
    let own = 0;
    const end = this.#starts[demand + 1] as number;
    for (let index = this.#starts[demand] as number; index < end; index++) {
      const job = this.#jobs[index] as number;
      const cost = this.#costs[job] as number;
      const pays = this.#first[job] === from;
      const next = (pays ? this.#second[job] : this.#first[job]) as number;
      if (next > last) {
        own += cost;
        continue;
      }
      const place = next < from ? next : next - 1;
      shared[place] = (shared[place] as number) + cost;
      if (pays) {
        others[place] = (others[place] as number) + cost;
      }
    }
    return own;
  }
}

/** Improves one order by moves, see `MoveSearch`. */
export function improveByMoves(problem: ClosureProblem, order: readonly number[], effort: number): readonly number[] {
  return new MoveSearch(problem).improve(order, effort);
}
