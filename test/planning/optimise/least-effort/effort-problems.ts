// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import type { EffortJob, EffortProblem, When } from "../../../../src/planning/optimise/least-effort/effort-problem.js";

const when = fc.oneof(
  { weight: 3, arbitrary: fc.constant<When>("always") },
  { weight: 2, arbitrary: fc.constantFrom<When>("unless stubbed", "unless faked") },
);

/** Costs as plans have them, with much in common, and such that have nothing in common. */
const anyCost = fc.oneof(fc.constantFrom(1, 2, 99, 100), fc.constantFrom(1, 99), fc.integer({ min: 1, max: 20 }));
const anyWeight = fc.oneof(fc.constant(1), fc.constantFrom(2, 4), fc.integer({ min: 1, max: 20 }));

/** Random small problems in which every demand needs a job; weights are all alike, even, or any numbers. */
export function anyEffortProblem(demands: number, jobs: number): fc.Arbitrary<EffortProblem> {
  const job = (count: number): fc.Arbitrary<EffortJob> =>
    fc.record({
      cost: anyCost,
      users: fc.uniqueArray(fc.record({ demand: fc.nat(count - 1), when }), {
        minLength: 1,
        maxLength: count,
        selector: ({ demand }) => demand,
      }),
    });
  return fc.integer({ min: 1, max: demands }).chain((count) =>
    fc.record({
      weights: fc.array(anyWeight, { minLength: count, maxLength: count }),
      jobs: fc.array(job(count), { minLength: 1, maxLength: jobs }),
    }),
  );
}

/** What a set of demands costs, without any code of the planner: a call that some want stubbed and others faked is implemented. */
export function effortOf({ jobs }: EffortProblem, demands: ReadonlySet<number>): number {
  return jobs.reduce((sum, { cost, users }) => {
    const wishes = new Set(users.filter(({ demand }) => demands.has(demand)).map((user) => user.when));
    const isNeeded = wishes.has("always") || (wishes.has("unless stubbed") && wishes.has("unless faked"));
    return sum + (isNeeded ? cost : 0);
  }, 0);
}

/** All sets of demands, with their weights and efforts. */
export function listSets(
  problem: EffortProblem,
): readonly { readonly demands: ReadonlySet<number>; readonly weight: number; readonly effort: number }[] {
  return Array.from({ length: 2 ** problem.weights.length }, (_, mask) => {
    const demands = new Set([...problem.weights.keys()].filter((demand) => ((mask >> demand) & 1) === 1));
    const weight = [...demands].reduce((sum, demand) => sum + (problem.weights[demand] as number), 0);
    return { demands, weight, effort: effortOf(problem, demands) };
  });
}

/** The least effort of all sets that have so much weight. */
export function leastEffort(problem: EffortProblem, weight: number): number {
  return Math.min(...listSets(problem).flatMap((set) => (set.weight >= weight ? [set.effort] : [])));
}
