// SPDX-License-Identifier: GPL-3.0-or-later
import type { FlatProblem } from "./effort-problem.js";
import { FREE, type PartialChoice } from "./partial-choice.js";

/** Where less than this part of a cost is still shared, because those are gone who paid it, the shares begin anew. */
const LEAST_LEFT = 1e-6;

/**
 * Shares the costs of free jobs among the demands that need them. Any shares prove that some demands cost at least the sum of
 * their loads. The best ones for all weights at the same time have loads that are as even as possible (for their weight): they
 * are the lexicographically optimal base (Fujishige, 1980), whose even parts are the blocks of Sidney's decomposition. One job
 * after the other gives its cost to those of its users that have the smallest loads, until all of these have the same.
 */
export class CostSharing {
  /** For each demand the sum of its shares in major and in minor jobs. */
  readonly majorLoads: Float64Array;
  readonly minorLoads: Float64Array;
  readonly #problem: FlatProblem;
  /** The needs that count now, job after job, and whose they are. */
  readonly #needs: Int32Array;
  readonly #users: Int32Array;
  readonly #starts: Int32Array;
  /** Their shares, more exact than a choice keeps them. */
  readonly #shares: Float64Array;
  #steps = 0;

  constructor(problem: FlatProblem) {
    this.#problem = problem;
    this.majorLoads = new Float64Array(problem.weights.length);
    this.minorLoads = new Float64Array(problem.weights.length);
    this.#needs = new Int32Array(problem.starts[problem.major] as number);
    this.#users = new Int32Array(this.#needs.length);
    this.#starts = new Int32Array(problem.major + 1);
    this.#shares = new Float64Array(this.#needs.length);
  }

  /** How many elementary steps were taken in all. */
  get steps(): number {
    return this.#steps;
  }

  /** Sets loads by the shares of a choice, which are made more even in so many rounds. */
  share(choice: PartialChoice, rounds: number): void {
    this.#listNeeds(choice);
    this.#shareMinor(choice);
    this.#restoreSums(choice);
    for (let round = 0; round < rounds; round++) {
      for (let job = 0; job < this.#problem.major; job++) {
        if ((this.#starts[job + 1] as number) > (this.#starts[job] as number) + 1) {
          this.#evenOut(job);
        }
      }
    }
    this.#keepShares(choice);
  }

  #keepShares({ shares }: PartialChoice): void {
    for (let index = 0; index < (this.#starts[this.#problem.major] as number); index++) {
      shares[this.#needs[index] as number] = this.#shares[index] as number;
    }
  }

  #listNeeds(choice: PartialChoice): void {
    const { starts, demandOf, major } = this.#problem;
    let count = 0;
    for (let job = 0; job < major; job++) {
      this.#starts[job] = count;
      if (choice.states[job] === FREE && (choice.needing[job] as number) > 0) {
        for (let need = starts[job] as number; need < (starts[job + 1] as number); need++) {
          const demand = demandOf[need] as number;
          if (choice.excluded[demand] === 0 && choice.isEffective(need)) {
            this.#needs[count] = need;
            this.#users[count++] = demand;
          }
        }
      }
    }
    this.#starts[major] = count;
    this.#steps += this.#needs.length;
  }

  /** Minor jobs are shared evenly. */
  #shareMinor(choice: PartialChoice): void {
    const { starts, demandOf, costs, weights, major } = this.#problem;
    const loads = this.minorLoads.fill(0);
    for (let job = major; job < costs.length; job++) {
      const needing = choice.needing[job] as number;
      if (choice.states[job] === FREE && needing > 0) {
        const rate = (costs[job] as number) / needing;
        const end = starts[job + 1] as number;
        for (let need = starts[job] as number; need < end; need++) {
          const demand = demandOf[need] as number;
          if (choice.isEffective(need)) {
            loads[demand] = (loads[demand] as number) + rate * (weights[demand] as number);
          }
        }
        this.#steps += end - (starts[job] as number);
      }
    }
  }

  /** Where users have gone, the shares of the others grow, so that their sum is the cost again. */
  #restoreSums({ shares, needing }: PartialChoice): void {
    const { costs, weights, major } = this.#problem;
    const loads = this.majorLoads.fill(0);
    for (let job = 0; job < major; job++) {
      const [start, end] = [this.#starts[job] as number, this.#starts[job + 1] as number];
      const cost = costs[job] as number;
      let sum = 0;
      for (let index = start; index < end; index++) {
        sum += shares[this.#needs[index] as number] as number;
      }
      const anew = sum <= LEAST_LEFT * cost;
      const factor = anew ? cost / (needing[job] as number) : cost / sum;
      for (let index = start; index < end; index++) {
        const need = this.#needs[index] as number;
        const demand = this.#users[index] as number;
        const share = factor * ((anew ? weights[demand] : shares[need]) as number);
        this.#shares[index] = share;
        loads[demand] = (loads[demand] as number) + share;
      }
    }
    this.#steps += 2 * (this.#starts[major] as number);
  }

  /** Shares one cost so that those who pay have the same load for their weight, and nobody else less (Michelot, 1986). */
  #evenOut(job: number): void {
    const { costs, weights } = this.#problem;
    const [users, shares, loads, cost] = [this.#users, this.#shares, this.majorLoads, costs[job] as number];
    const [start, end] = [this.#starts[job] as number, this.#starts[job + 1] as number];
    let [sum, weight] = [0, 0];
    for (let index = start; index < end; index++) {
      const demand = users[index] as number;
      const without = (loads[demand] as number) - (shares[index] as number);
      loads[demand] = without;
      sum += without;
      weight += weights[demand] as number;
    }
    let level = (cost + sum) / weight;
    for (let before = weight; ; before = weight) {
      [sum, weight] = [0, 0];
      for (let index = start; index < end; index++) {
        const demand = users[index] as number;
        const own = weights[demand] as number;
        if (level * own > (loads[demand] as number)) {
          sum += loads[demand] as number;
          weight += own;
        }
      }
      this.#steps += end - start;
      if (weight >= before) {
        break;
      }
      level = (cost + sum) / weight;
    }
    for (let index = start; index < end; index++) {
      const demand = users[index] as number;
      const share = Math.max(0, level * (weights[demand] as number) - (loads[demand] as number));
      shares[index] = share;
      loads[demand] = (loads[demand] as number) + share;
    }
    this.#steps += 2 * (end - start);
  }
}
