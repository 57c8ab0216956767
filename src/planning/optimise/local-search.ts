// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem } from "./problem.js";

/** The jobs of an order: who pays, and who would pay if that one came later. */
class OrderState {
  /** Demands in their order. */
  readonly order: number[];
  /** For each job the positions of its first and second user; `order.length` where there is none. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** For each position the costs paid there. */
  readonly paid: Float64Array;

  constructor(
    readonly problem: ClosureProblem,
    order: readonly number[],
  ) {
    this.order = [...order];
    this.first = new Int32Array(problem.costs.length);
    this.second = new Int32Array(problem.costs.length);
    this.paid = new Float64Array(order.length);
    this.refresh();
  }

  refresh(): void {
    const { order, first, second, paid, problem } = this;
    first.fill(order.length);
    second.fill(order.length);
    paid.fill(0);
    for (let position = order.length - 1; position >= 0; position--) {
      for (const job of problem.jobs[order[position] as number] as readonly number[]) {
        second[job] = first[job] as number;
        first[job] = position;
      }
    }
    for (const [job, position] of first.entries()) {
      if (position < order.length) {
        paid[position] = (paid[position] as number) + (problem.costs[job] as number);
      }
    }
  }
}

interface Move {
  readonly from: number;
  readonly to: number;
  /** By how much the area becomes smaller. */
  readonly gain: number;
}

/**
 * The best place for the demand at `from`, in time proportional to the number of demands: what others pay changes only for the
 * jobs of this demand, and moves on by one place at a time.
 */
function findBestMove({ problem, order, first, second, paid }: OrderState, from: number): Move {
  const { costs, weights, jobs } = problem;
  const demand = order[from] as number;
  const weight = weights[demand] as number;
  const last = order.length - 1;
  // Without this demand: what is paid at each place of the others, and which part of it this demand would take over.
  const others = new Float64Array(last);
  const shared = new Float64Array(last);
  for (let place = 0; place < last; place++) {
    others[place] = paid[place < from ? place : place + 1] as number;
  }
  let own = 0;
  for (const job of jobs[demand] as readonly number[]) {
    const cost = costs[job] as number;
    const pays = first[job] === from;
    const next = pays ? (second[job] as number) : (first[job] as number);
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
  // From the last place to the first.
  let ahead = 0;
  let [before, after] = [0, 0];
  const remaining = new Float64Array(last + 1);
  for (let place = last - 1; place >= 0; place--) {
    ahead += weights[order[place < from ? place : place + 1] as number] as number;
    remaining[place] = ahead;
    before += (others[place] as number) * (ahead + weight);
  }
  const areas = new Float64Array(last + 1);
  areas[last] = before + own * weight;
  for (let place = last - 1; place >= 0; place--) {
    const rest = remaining[place] as number;
    before -= (others[place] as number) * (rest + weight);
    after += ((others[place] as number) - (shared[place] as number)) * rest;
    own += shared[place] as number;
    areas[place] = before + own * (rest + weight) + after;
  }
  let to = from;
  for (let place = 0; place <= last; place++) {
    if ((areas[place] as number) < (areas[to] as number)) {
      to = place;
    }
  }
  return { from, to, gain: (areas[from] as number) - (areas[to] as number) };
}

function applyMove(state: OrderState, { from, to }: Move): void {
  const [demand] = state.order.splice(from, 1);
  state.order.splice(to, 0, demand as number);
  state.refresh();
}

/**
 * Moves single demands to better places until no move makes the area smaller, or `effort` steps are used up (a step looks at one
 * demand at one place). The result is never worse than what was given.
 */
export function improveByMoves(problem: ClosureProblem, order: readonly number[], effort: number): readonly number[] {
  const state = new OrderState(problem, order);
  let left = effort;
  let untouched = 0;
  for (let position = 0; untouched < order.length && left > 0; position = (position + 1) % order.length) {
    left -= order.length;
    const move = findBestMove(state, position);
    if (move.gain > 0) {
      applyMove(state, move);
      untouched = 0;
    } else {
      untouched++;
    }
  }
  return state.order;
}
