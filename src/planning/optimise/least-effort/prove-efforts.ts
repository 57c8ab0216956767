// SPDX-License-Identifier: GPL-3.0-or-later
import { type EffortProblem, FlatProblem } from "./effort-problem.js";
import { EffortSearch } from "./effort-search.js";
import type { EffortLevel } from "./level-group.js";

/** A weight at which the least effort is asked for, and what a plan has spent there: no more than that is to be proven. */
export type AskedLevel = Omit<EffortLevel, "minor">;

/** This part of all steps goes into what minor jobs cost by themselves. */
const MINOR_STEPS = 1 / 8;

/** What the first demands that make each of these rising weights cost: where demands come in the order of a plan, that is not much. */
function payInOrder({ weights, jobs }: EffortProblem, asked: readonly number[]): readonly number[] {
  const costs = weights.map(() => 0);
  for (const { cost, users } of jobs) {
    const first = users.reduce((least, { demand }) => Math.min(least, demand), weights.length - 1);
    costs[first] = (costs[first] as number) + cost;
  }
  let [next, reached, spent] = [0, 0, 0];
  return asked.map((weight) => {
    for (; reached < weight && next < weights.length; next++) {
      reached += weights[next] as number;
      spent += costs[next] as number;
    }
    return spent;
  });
}

/** For each level a lower bound for what it costs in minor jobs, whatever it costs in major ones. */
function boundMinor(problem: EffortProblem, levels: readonly AskedLevel[], steps: number): readonly number[] {
  if (problem.jobs.length === 0) {
    return levels.map(() => 0);
  }
  const efforts = payInOrder(
    problem,
    levels.map(({ weight }) => weight),
  );
  return boundLevels(
    problem,
    levels.map((level, index) => ({ ...level, effort: efforts[index] as number })),
    steps,
  );
}

function boundLevels(problem: EffortProblem, levels: readonly AskedLevel[], steps: number): readonly number[] {
  const flat = new FlatProblem(problem);
  const minor = boundMinor({ ...problem, jobs: flat.minorJobs }, levels, steps * MINOR_STEPS);
  const search = new EffortSearch(
    flat,
    levels.map((level, index) => ({ ...level, minor: minor[index] as number })),
  );
  search.run(steps * (1 - MINOR_STEPS));
  return search.proven;
}

/**
 * A lower bound for the sum over all levels of width times the least effort after which so much weight can run, or times the
 * effort of the level where that is less. Levels come with rising weights and efforts.
 */
export function proveEfforts(problem: EffortProblem, levels: readonly AskedLevel[], steps: number): number {
  const proven = boundLevels(problem, levels, steps);
  return levels.reduce((sum, { width }, index) => sum + width * (proven[index] as number), 0);
}
