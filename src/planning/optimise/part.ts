// SPDX-License-Identifier: GPL-3.0-or-later
import { groupBy } from "../../group-by.js";
import type { ClosureProblem } from "./problem.js";

/** What is left of a problem for some demands when some jobs are done, as a problem of its own. */
export interface Part {
  readonly problem: ClosureProblem;
  /** For each demand of the part the demands of the whole problem that it stands for, ascending. */
  readonly members: readonly (readonly number[])[];
}

function listOpenJobs(
  { jobs }: ClosureProblem,
  demands: readonly number[],
  done: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  return new Map(demands.map((demand) => [demand, (jobs[demand] ?? []).filter((job) => !done.has(job))]));
}

/**
 * Makes the problem of `demands` when `done` jobs are paid. Demands that now need the same become one, and so do jobs that the
 * same demands need: they come together in some best order.
 */
export function takePart(problem: ClosureProblem, demands: readonly number[], done: ReadonlySet<number>): Part {
  const open = listOpenJobs(problem, demands, done);
  const members = [...groupBy(demands, (demand) => (open.get(demand) ?? []).join()).values()];
  const users = new Map<number, number[]>();
  for (const [index, [first = -1]] of members.entries()) {
    for (const job of open.get(first) ?? []) {
      const others = users.get(job);
      if (others === undefined) {
        users.set(job, [index]);
      } else {
        others.push(index);
      }
    }
  }
  const merged = [...groupBy([...users.keys()], (job) => (users.get(job) ?? []).join()).values()];
  const jobs: number[][] = members.map(() => []);
  for (const [index, [first = -1]] of merged.entries()) {
    for (const user of users.get(first) ?? []) {
      jobs[user]?.push(index);
    }
  }
  const sum = (indices: readonly number[], values: readonly number[]): number =>
    indices.reduce((total, index) => total + (values[index] ?? 0), 0);
  return {
    problem: {
      costs: merged.map((group) => sum(group, problem.costs)),
      weights: members.map((group) => sum(group, problem.weights)),
      jobs,
    },
    members,
  };
}
