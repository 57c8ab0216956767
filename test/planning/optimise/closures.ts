// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import type { ClosureProblem } from "../../../src/planning/optimise/problem.js";

const positive = fc.integer({ min: 1, max: 20 });

/** Costs as plans have them: calls that have to work, and stubs beside them that cost next to nothing. */
export const unevenCost = fc.constantFrom(1, 2, 99, 100);

/** Random small problems in which every job is needed. */
export function anyClosure(demands: number, jobs: number, anyCost = positive): fc.Arbitrary<ClosureProblem> {
  return fc
    .record({
      costs: fc.array(anyCost, { minLength: jobs, maxLength: jobs }),
      needs: fc.array(
        fc.record({ weight: positive, jobs: fc.uniqueArray(fc.nat(jobs - 1), { minLength: 1, maxLength: jobs }) }),
        { minLength: 1, maxLength: demands },
      ),
    })
    .map(({ costs, needs }) => {
      const used = [...new Set(needs.flatMap((own) => own.jobs))].sort((left, right) => left - right);
      return {
        costs: used.map((job) => costs[job] as number),
        weights: needs.map(({ weight }) => weight),
        jobs: needs.map((own) => own.jobs.map((job) => used.indexOf(job)).sort((left, right) => left - right)),
      };
    });
}

/** The cost of all jobs that these demands need beyond those that are done. */
export function costOf({ costs, jobs }: ClosureProblem, demands: readonly number[], done: ReadonlySet<number>): number {
  const needed = new Set(demands.flatMap((demand) => jobs[demand] ?? []));
  return [...needed].filter((job) => !done.has(job)).reduce((sum, job) => sum + (costs[job] as number), 0);
}

/** All orders of some items. */
export function permutations(items: readonly number[]): readonly (readonly number[])[] {
  return items.length === 0
    ? [[]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
