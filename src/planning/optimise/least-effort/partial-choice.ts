// SPDX-License-Identifier: GPL-3.0-or-later
import { FAKED, type FlatProblem, OPEN, type Side, STUBBED } from "./effort-problem.js";

/** What is decided about a job. */
export const [FREE, PAID, FORBIDDEN] = [0, 1, 2] as const;

/**
 * Decisions about some jobs, and what follows from them: which demands cannot be met any more, and what has been spent. All
 * counters are kept up to date, because going through all needs for each decision would take most of the time.
 */
export class PartialChoice {
  #weight: number;
  #spentMajor = 0;
  #spentMinor = 0;

  private constructor(
    readonly problem: FlatProblem,
    readonly states: Uint8Array,
    /** How the calls of jobs are treated while these are not paid. */
    readonly sides: Uint8Array,
    /** 1 for a demand that is not to be met. */
    readonly excluded: Uint8Array,
    /** For each job the weight of the demands left that need it, that need it unless it is stubbed, and unless it is faked. */
    readonly needing: Float64Array,
    readonly unlessStubbed: Float64Array,
    readonly unlessFaked: Float64Array,
    /** For each demand the cost of the jobs that it needs beyond those that are paid. */
    readonly missing: Float64Array,
    /** How the costs of major jobs are shared among needs. */
    readonly shares: Float32Array,
    weight: number,
  ) {
    this.#weight = weight;
  }

  /** Nothing is decided. */
  static none(problem: FlatProblem): PartialChoice {
    const jobs = problem.costs.length;
    const choice = new PartialChoice(
      problem,
      new Uint8Array(jobs).fill(FREE),
      new Uint8Array(jobs).fill(OPEN),
      new Uint8Array(problem.weights.length),
      new Float64Array(jobs),
      new Float64Array(jobs),
      new Float64Array(jobs),
      new Float64Array(problem.weights.length),
      new Float32Array(problem.starts[problem.major] as number),
      problem.weights.reduce((sum, weight) => sum + weight, 0),
    );
    for (let need = 0; need < problem.jobOf.length; need++) {
      const demand = problem.demandOf[need] as number;
      choice.#count(need, problem.weights[demand] as number);
      if (choice.isEffective(need)) {
        choice.#miss(need, problem.costs[problem.jobOf[need] as number] as number);
      }
    }
    return choice;
  }

  copy(): PartialChoice {
    const copied = new PartialChoice(
      this.problem,
      this.states.slice(),
      this.sides.slice(),
      this.excluded.slice(),
      this.needing.slice(),
      this.unlessStubbed.slice(),
      this.unlessFaked.slice(),
      this.missing.slice(),
      this.shares.slice(),
      this.#weight,
    );
    copied.#spentMajor = this.#spentMajor;
    copied.#spentMinor = this.#spentMinor;
    return copied;
  }

  /** The weight of all demands that may still be met. */
  get weight(): number {
    return this.#weight;
  }

  /** The cost of the major jobs that are paid. */
  get spentMajor(): number {
    return this.#spentMajor;
  }

  get spentMinor(): number {
    return this.#spentMinor;
  }

  /** Whether a demand has this need, as far as it is decided how calls are treated. */
  isEffective(need: number): boolean {
    const when = this.problem.whenOf[need] as number;
    return when === OPEN || this.#isTreatedOtherwise(when, this.sides[this.problem.jobOf[need] as number] as number);
  }

  #isTreatedOtherwise(when: number, side: number): boolean {
    return side !== OPEN && side !== when;
  }

  /** Whether it is still open how the call of a job is treated, and whether that matters. */
  isOpen(job: number): boolean {
    return this.problem.contradictory[job] === 1 && this.sides[job] === OPEN;
  }

  pay(job: number): void {
    const { costs, starts, major } = this.problem;
    const cost = costs[job] as number;
    this.states[job] = PAID;
    if (job < major) {
      this.#spentMajor += cost;
    } else {
      this.#spentMinor += cost;
    }
    for (let need = starts[job] as number; need < (starts[job + 1] as number); need++) {
      if (this.isEffective(need)) {
        this.#miss(need, -cost);
      }
    }
  }

  /** Nobody may need the job any more: who does is excluded. */
  forbid(job: number): void {
    const { starts, demandOf } = this.problem;
    this.states[job] = FORBIDDEN;
    for (let need = starts[job] as number; need < (starts[job + 1] as number); need++) {
      const demand = demandOf[need] as number;
      if (this.excluded[demand] === 0 && this.isEffective(need)) {
        this.exclude(demand);
      }
    }
  }

  /** Decides how the call of a free job is treated where the job is not paid: who cannot do with that needs the job. */
  treat(job: number, side: Exclude<Side, typeof OPEN>): void {
    const { costs, starts, whenOf } = this.problem;
    const others = side === STUBBED ? this.unlessFaked : this.unlessStubbed;
    this.needing[job] = (this.needing[job] as number) + (others[job] as number);
    others[job] = 0;
    this.sides[job] = side;
    const when = side === STUBBED ? FAKED : STUBBED;
    for (let need = starts[job] as number; need < (starts[job + 1] as number); need++) {
      if (whenOf[need] === when) {
        this.#miss(need, costs[job] as number);
      }
    }
  }

  exclude(demand: number): void {
    const { weights, demandStarts, needs } = this.problem;
    const weight = weights[demand] as number;
    this.excluded[demand] = 1;
    this.#weight -= weight;
    for (let index = demandStarts[demand] as number; index < (demandStarts[demand + 1] as number); index++) {
      this.#count(needs[index] as number, -weight);
    }
  }

  #miss(need: number, cost: number): void {
    const demand = this.problem.demandOf[need] as number;
    this.missing[demand] = (this.missing[demand] as number) + cost;
  }

  #count(need: number, weight: number): void {
    const job = this.problem.jobOf[need] as number;
    const when = this.problem.whenOf[need] as number;
    const counts = this.isEffective(need) ? this.needing : when === STUBBED ? this.unlessStubbed : this.unlessFaked;
    counts[job] = (counts[job] as number) + weight;
  }
}
