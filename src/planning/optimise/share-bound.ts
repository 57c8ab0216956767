// SPDX-License-Identifier: GPL-3.0-or-later
import type { ClosureProblem } from "./problem.js";
import { sortAgain } from "./sort-again.js";

/** Below this part of its cost a share of a job is not allowed to fall, or it could hardly come back. */
const SMALLEST_SHARE = 1e-7;
/** After so many steps without a better bound, steps become shorter. */
const PATIENCE = 12;
const FIRST_STEP = 0.5;
const SHORTER = 0.6;
/** A gain below this part of the bound is no progress. */
const PROGRESS = 1e-4;
/** What rounding may take away at most: sums of some ten thousand numbers with errors of 1e-16 each. */
const ROUNDING = 1e-10;

interface Users {
  readonly demands: Int32Array;
  /** How the cost is shared among the users. */
  readonly shares: Float64Array;
  /** By how much the bound grows with each share. */
  readonly slopes: Float64Array;
  /** Indices of `demands`, in the order of the last evaluation. */
  readonly ranking: Int32Array;
}

/**
 * Jobs that cost less than this part of the mean, such as a stub beside a call that has to work, keep their even shares: they are many,
 * and what better shares of them could prove is little.
 */
const MINOR = 0.1;

function addShares(loads: Float64Array, { demands, shares }: Users): void {
  for (let index = 0; index < demands.length; index++) {
    const demand = demands[index] as number;
    loads[demand] = (loads[demand] as number) + (shares[index] as number);
  }
}

/**
 * A lower bound for the area of any order, by sharing the cost of each job among its users.
 *
 * Let W(d) be the weight of demand d and of all demands after it. The area is the sum over all jobs of cost times the largest
 * W among their users. However a cost c is shared (shares a(d) of sum c), c * max W(d) is at least the sum of a(d) * W(d), plus what
 * follows from the users not coming at the same time: the i-th of them has a W that is smaller than the first one's by the
 * weights of those before it. Both sums are smallest in orders that Smith's rule (1956) gives, so that any choice of shares
 * proves a bound. The flow of Sidney's decomposition is one choice; better ones are found by mirror ascent with Polyak's steps,
 * because the bound is a concave function of the shares.
 */
class ShareBound {
  readonly #weights: Float64Array;
  /** The jobs whose shares are looked for: their costs and users. */
  readonly #costs: readonly number[];
  readonly #users: readonly Users[];
  /** The loads by all other jobs, and what these add to the bound. */
  readonly #minorLoads: Float64Array;
  readonly #minorGain: number;
  readonly #loads: Float64Array;
  readonly #ahead: Float64Array;
  /** Demands in the order of the last evaluation: by falling load for their weight. */
  readonly #ranking: Int32Array;
  /** What is sorted by: one number for each demand, or each user of a job. */
  readonly #keys: Float64Array;

  constructor({ costs, weights, jobs }: ClosureProblem) {
    this.#weights = Float64Array.from(weights);
    const users: number[][] = costs.map(() => []);
    for (const [demand, needed] of jobs.entries()) {
      for (const job of needed) {
        users[job]?.push(demand);
      }
    }
    this.#loads = new Float64Array(weights.length);
    this.#ahead = new Float64Array(weights.length);
    this.#ranking = Int32Array.from(weights.keys());
    this.#keys = new Float64Array(weights.length);
    const least = (costs.reduce((sum, cost) => sum + cost, 0) / costs.length) * MINOR;
    const all = users.map((demands, job) => ({
      cost: costs[job] as number,
      users: this.#shareEvenly(demands, costs[job] as number),
    }));
    const major = all.filter(({ cost }) => cost >= least);
    const minor = all.filter(({ cost }) => cost < least).map(({ users: own }) => own);
    this.#costs = major.map(({ cost }) => cost);
    this.#users = major.map(({ users: own }) => own);
    this.#minorLoads = new Float64Array(weights.length);
    for (const own of minor) {
      addShares(this.#minorLoads, own);
    }
    this.#minorGain = minor.reduce((sum, own) => sum + this.#evaluateJob(own), 0);
  }

  #shareEvenly(demands: readonly number[], cost: number): Users {
    const weight = demands.reduce((sum, demand) => sum + (this.#weights[demand] as number), 0);
    return {
      demands: Int32Array.from(demands),
      shares: Float64Array.from(demands, (demand) => (cost * (this.#weights[demand] as number)) / weight),
      slopes: new Float64Array(demands.length),
      ranking: Int32Array.from(demands.keys()),
    };
  }

  /** The bound that the shares prove; sets the slopes. */
  evaluate(): number {
    const [loads, weights] = [this.#loads, this.#weights];
    loads.set(this.#minorLoads);
    for (const users of this.#users) {
      addShares(loads, users);
    }
    for (let demand = 0; demand < loads.length; demand++) {
      this.#keys[demand] = (loads[demand] as number) / (weights[demand] as number);
    }
    sortAgain(this.#ranking, this.#keys);
    let [bound, ahead] = [this.#minorGain, 0];
    for (const demand of this.#ranking) {
      ahead += weights[demand] as number;
      this.#ahead[demand] = ahead;
      bound += (loads[demand] as number) * ahead;
    }
    return this.#users.reduce((sum, users) => sum + this.#evaluateJob(users), bound);
  }

  #evaluateJob({ demands, shares, slopes, ranking }: Users): number {
    const [weights, ahead, keys] = [this.#weights, this.#ahead, this.#keys];
    for (let index = 0; index < demands.length; index++) {
      keys[index] = (shares[index] as number) / (weights[demands[index] as number] as number);
    }
    sortAgain(ranking, keys);
    let [gain, before] = [0, 0];
    for (const index of ranking) {
      const demand = demands[index] as number;
      slopes[index] = before + (ahead[demand] as number);
      gain += (shares[index] as number) * before;
      before += weights[demand] as number;
    }
    return gain;
  }

  /** Moves shares to where the bound grows; `distance` is how far the bound is believed to be from the best one. */
  step(distance: number): void {
    const spread = this.#users.reduce(
      (sum, users, job) => sum + this.#measureSpread(users, this.#costs[job] as number),
      0,
    );
    const length = distance / spread;
    // Where all slopes are the same but for rounding, no shares are better, and the length is no number to go on with.
    if (!Number.isFinite(length)) {
      return;
    }
    for (const [job, { shares, slopes }] of this.#users.entries()) {
      const cost = this.#costs[job] as number;
      const steepest = slopes.reduce((most, slope) => Math.max(most, slope), 0);
      let sum = 0;
      for (let index = 0; index < shares.length; index++) {
        const grown =
          Math.max(shares[index] as number, cost * SMALLEST_SHARE) *
          Math.exp(length * ((slopes[index] as number) - steepest));
        shares[index] = grown;
        sum += grown;
      }
      for (let index = 0; index < shares.length; index++) {
        shares[index] = ((shares[index] as number) * cost) / sum;
      }
    }
  }

  #measureSpread({ shares, slopes }: Users, cost: number): number {
    let mean = 0;
    for (let index = 0; index < shares.length; index++) {
      mean += ((shares[index] as number) * (slopes[index] as number)) / cost;
    }
    let spread = 0;
    for (let index = 0; index < shares.length; index++) {
      spread += (shares[index] as number) * ((slopes[index] as number) - mean) ** 2;
    }
    return spread;
  }
}

/**
 * A lower bound for the area of every order of a problem, by at most `steps` improvements. `reached` is the area of a known
 * order. Without luck it is lower than `sidneyBound`; take the larger of the two.
 */
export function shareBound(problem: ClosureProblem, reached: number, steps: number): number {
  const shares = new ShareBound(problem);
  let best = 0;
  let [factor, idle] = [FIRST_STEP, 0];
  for (let step = 0; step < steps && best < reached * (1 - PROGRESS); step++) {
    const bound = shares.evaluate();
    idle = bound > best * (1 + PROGRESS) ? 0 : idle + 1;
    if (idle > PATIENCE) {
      [factor, idle] = [factor * SHORTER, 0];
    }
    best = Math.max(best, bound);
    shares.step(factor * (reached - bound));
  }
  return best * (1 - ROUNDING);
}

/**
 * The bound for a block of Sidney's decomposition: no part of it has more weight for its cost than the whole, so that a weight of
 * u is not reached before the cost of u / density.
 */
export function sidneyBound({ costs, weights }: ClosureProblem): number {
  const cost = costs.reduce((sum, value) => sum + value, 0);
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const squares = weights.reduce((sum, value) => sum + value ** 2, 0);
  return (cost * (weight ** 2 + squares)) / (2 * weight);
}
