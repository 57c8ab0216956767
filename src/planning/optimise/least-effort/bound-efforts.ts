// SPDX-License-Identifier: GPL-3.0-or-later
import { sortAgain } from "../sort-again.js";
import type { FlatProblem } from "./effort-problem.js";
import type { PartialChoice } from "./partial-choice.js";
import { RelaxedSet } from "./relaxed-set.js";
import { CostSharing } from "./share-costs.js";

/** What rounding may take away at most; more than that would be needed to make a sum pass for the next multiple of the grain. */
const ROUNDING = 1e-9;

/** A weight that is to run, and what that costs at least in minor jobs. */
export interface Target {
  readonly weight: number;
  readonly minor: number;
}

/** Bounds for the effort after which some weight runs, for choices of one problem. */
export class EffortBounds {
  readonly #problem: FlatProblem;
  readonly #sharing: CostSharing;
  /** Demands by falling load for their weight in the last evaluation: those that come last are excluded. */
  readonly #rankings: readonly [Int32Array, Int32Array];
  /** Their loads for their weight. */
  readonly #rates: Float64Array;
  #steps = 0;

  constructor(problem: FlatProblem) {
    this.#problem = problem;
    this.#sharing = new CostSharing(problem);
    const demands = problem.weights.length;
    this.#rankings = [
      new Int32Array(demands).map((_, index) => index),
      new Int32Array(demands).map((_, index) => index),
    ];
    this.#rates = new Float64Array(demands);
  }

  /** How many elementary steps were taken in all. */
  get steps(): number {
    return this.#steps + this.#sharing.steps;
  }

  /**
   * For each of these targets, whose weights rise, a lower bound for what it costs to have so much weight run under a choice, Infinity
   * where no set has it. The shares of the choice are made more even in so many rounds before.
   *
   * Whatever runs costs at least the loads of the demands in it. The least that so much weight can have is a fractional knapsack
   * (Dantzig, 1957). Costs of major jobs are multiples of a grain, so that their sum may be rounded up. Minor jobs have a sum of their
   * own, or what they cost at least without any choice.
   */
  bound(choice: PartialChoice, targets: readonly Target[], rounds: number): readonly number[] {
    this.#sharing.share(choice, rounds);
    const { majorLoads, minorLoads } = this.#sharing;
    const [majorRanking, minorRanking] = this.#rankings;
    this.#rank(choice, majorLoads, majorRanking);
    const major = this.#sumLoads(choice, majorLoads, majorRanking, targets);
    this.#rank(choice, minorLoads, minorRanking);
    const minor = this.#sumLoads(choice, minorLoads, minorRanking, targets);
    const { grain } = this.#problem;
    return major.map((sum, index) => {
      const grains = Math.ceil(((choice.spentMajor + sum) / Math.max(1, grain)) * (1 - ROUNDING));
      const ownMinor = (choice.spentMinor + (minor[index] as number)) * (1 - ROUNDING);
      return grains * grain + Math.max(ownMinor, (targets[index] as Target).minor);
    });
  }

  /** The set by which so much weight has the least sum of loads in major jobs, by the shares that a choice has. */
  relax(choice: PartialChoice, weight: number): RelaxedSet {
    this.#sharing.share(choice, 0);
    this.#rank(choice, this.#sharing.majorLoads, this.#rankings[0]);
    return new RelaxedSet(this.#problem.weights, this.#rates, this.#rankings[0], weight);
  }

  /** Sorts all demands by falling load for their weight, the excluded ones first. */
  #rank({ excluded }: PartialChoice, loads: Float64Array, ranking: Int32Array): void {
    const { weights } = this.#problem;
    for (let demand = 0; demand < loads.length; demand++) {
      this.#rates[demand] =
        excluded[demand] === 1 ? Number.POSITIVE_INFINITY : (loads[demand] as number) / (weights[demand] as number);
    }
    sortAgain(ranking, this.#rates);
    this.#steps += 2 * loads.length;
  }

  /** For each weight the least sum of loads of demands that have it, where parts of demands may be taken; they are ranked. */
  #sumLoads(
    { excluded }: PartialChoice,
    loads: Float64Array,
    ranking: Int32Array,
    targets: readonly Target[],
  ): readonly number[] {
    const { weights } = this.#problem;
    let place = ranking.length - 1;
    let [reached, sum] = [0, 0];
    const isThere = (): boolean => place >= 0 && excluded[ranking[place] as number] === 0;
    return targets.map(({ weight: target }) => {
      for (; isThere() && reached + (weights[ranking[place] as number] as number) <= target; place--) {
        reached += weights[ranking[place] as number] as number;
        sum += loads[ranking[place] as number] as number;
      }
      if (reached >= target) {
        return sum;
      }
      return isThere()
        ? sum + (this.#rates[ranking[place] as number] as number) * (target - reached)
        : Number.POSITIVE_INFINITY;
    });
  }
}
