// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * When a demand needs a job: always, or unless the call that the job implements is stubbed (or faked). Where demands of both kinds
 * are to be met, nothing but the job helps.
 */
export type When = "always" | "unless stubbed" | "unless faked";

/** A job with the demands that need it, each once. */
export interface EffortJob {
  /** A whole number, at least 1. */
  readonly cost: number;
  readonly users: readonly { readonly demand: number; readonly when: When }[];
}

/** Which demands need which jobs; it says nothing about an order. */
export interface EffortProblem {
  /** Whole numbers, at least 1; best in the order of a plan. */
  readonly weights: readonly number[];
  readonly jobs: readonly EffortJob[];
}

/** How a call is treated that is not implemented; also the numbers by which the flat problem tells `When`. */
export const [OPEN, STUBBED, FAKED] = [0, 1, 2] as const;
export type Side = typeof OPEN | typeof STUBBED | typeof FAKED;

const WHENS: Readonly<Record<When, Side>> = { always: OPEN, "unless stubbed": STUBBED, "unless faked": FAKED };

/** Jobs that cost less than this part of the mean are minor: there are many of them, and little depends on who pays them. */
const MINOR = 0.1;

export function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}

function startsOf(counts: readonly number[]): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (const [index, count] of counts.entries()) {
    starts[index + 1] = (starts[index] as number) + count;
  }
  return starts;
}

/** The problem in flat arrays, the major jobs first. A need is a job with one of its users. */
export class FlatProblem {
  readonly weights: Float64Array;
  readonly costs: Float64Array;
  /** How many of the jobs are major. */
  readonly major: number;
  /** The jobs that are not. */
  readonly minorJobs: readonly EffortJob[];
  /** All costs of major jobs are multiples of this. */
  readonly grain: number;
  /** The needs of job j are those from `starts[j]` to `starts[j + 1]`. */
  readonly starts: Int32Array;
  readonly demandOf: Int32Array;
  readonly jobOf: Int32Array;
  readonly whenOf: Uint8Array;
  /** The needs of demand d are `needs[demandStarts[d]]` to `needs[demandStarts[d + 1]]`. */
  readonly demandStarts: Int32Array;
  readonly needs: Int32Array;
  /** Whether some need the job unless stubbed, and others unless faked. */
  readonly contradictory: Uint8Array;

  constructor({ weights, jobs }: EffortProblem) {
    const least = (MINOR * jobs.reduce((sum, { cost }) => sum + cost, 0)) / jobs.length;
    const major = jobs.filter(({ cost }) => cost >= least);
    this.minorJobs = jobs.filter(({ cost }) => cost < least);
    const all = [...major, ...this.minorJobs];
    const users = all.flatMap((job, index) => job.users.map((user) => ({ ...user, index })));
    this.weights = Float64Array.from(weights);
    this.costs = Float64Array.from(all, ({ cost }) => cost);
    this.major = major.length;
    this.grain = major.map(({ cost }) => cost).reduce(greatestCommonDivisor, 0);
    this.starts = startsOf(all.map((job) => job.users.length));
    this.demandOf = Int32Array.from(users, ({ demand }) => demand);
    this.jobOf = Int32Array.from(users, ({ index }) => index);
    this.whenOf = Uint8Array.from(users, ({ when }) => WHENS[when]);
    const needs = weights.map((): number[] => []);
    for (const [need, { demand }] of users.entries()) {
      needs[demand]?.push(need);
    }
    this.demandStarts = startsOf(needs.map(({ length }) => length));
    this.needs = Int32Array.from(needs.flat());
    this.contradictory = Uint8Array.from(all, (job) => Number(job.users.some(({ when }) => when !== "always")));
  }
}
