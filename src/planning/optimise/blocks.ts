// SPDX-License-Identifier: GPL-3.0-or-later
import { closureArea } from "./area.js";
import { decompose } from "./decomposition.js";
import { LARGEST_EXACT_PART, orderExactly } from "./exact-order.js";
import { orderGreedily } from "./greedy.js";
import { improveByMoves } from "./local-search.js";
import { type Part, takePart } from "./part.js";
import type { ClosureProblem } from "./problem.js";
import { shareBound, sidneyBound } from "./share-bound.js";

/** An order that follows Sidney's blocks, and a lower bound for the area of every order. */
export interface BlockSolution {
  readonly order: readonly number[];
  readonly bound: number;
  /** About how many elementary steps it took: a measure of time that is the same on all machines. */
  readonly effort: number;
}

/** How much work goes into a problem: numbers of elementary steps, not seconds, so that the result is always the same. */
const MOVE_STEPS = 2e7;
const SHARE_STEPS = 1.2e6;
const FEWEST_SHARE_ROUNDS = 20;
const MOST_SHARE_ROUNDS = 300;
/** What decomposing takes for each need, beside one step of looking for better shares. */
const DECOMPOSITION_STEPS = 60;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const countNeeds = ({ jobs }: ClosureProblem): number => jobs.reduce((count, needed) => count + needed.length, 0);

function shareRounds(needs: number): number {
  return Math.round(Math.min(MOST_SHARE_ROUNDS, Math.max(FEWEST_SHARE_ROUNDS, SHARE_STEPS / Math.max(1, needs))));
}

function solveLeaf(problem: ClosureProblem, care: BoundCare): BlockSolution {
  if (problem.weights.length <= LARGEST_EXACT_PART) {
    const { order, area } = orderExactly(problem);
    return { order, bound: area, effort: 2 ** order.length };
  }
  const greedy = orderGreedily(problem, "densest");
  if (care === "quick") {
    return { order: improveByMoves(problem, greedy, MOVE_STEPS), bound: sidneyBound(problem), effort: MOVE_STEPS };
  }
  const needs = countNeeds(problem);
  const rounds = shareRounds(needs);
  const shared = shareBound(problem, closureArea(problem, greedy), rounds);
  return { order: greedy, bound: Math.max(sidneyBound(problem), shared), effort: rounds * needs };
}

/** What time is spent for: a good order and a quick bound, or a tight bound and any order. */
export type BoundCare = "quick" | "tight";

/** Solves block after block; each waits until all before it are paid. */
function solveParts(problem: ClosureProblem, care: BoundCare): BlockSolution {
  const order: number[] = [];
  const done = new Set<number>();
  let [bound, spent, effort] = [0, 0, countNeeds(problem) * DECOMPOSITION_STEPS];
  for (const block of decompose(problem)) {
    const part = takePart(problem, block.demands, done);
    const solution = solveBlock(part.problem, care);
    order.push(...expand(part, solution.order));
    bound += spent * sum(part.problem.weights) + solution.bound;
    spent += sum(part.problem.costs);
    effort += solution.effort;
    for (const job of block.jobs) {
      done.add(job);
    }
  }
  return { order, bound, effort };
}

function expand({ members }: Part, order: readonly number[]): readonly number[] {
  return order.flatMap((demand) => members[demand] ?? []);
}

/**
 * Jobs that all demands of a block need come first in every order. Without them the rest may be no single block any more, which
 * makes the bound much tighter: the first package of a new system needs all that a program needs to start.
 */
function solveBlock(problem: ClosureProblem, care: BoundCare): BlockSolution {
  const uses = new Int32Array(problem.costs.length);
  for (const needed of problem.jobs) {
    for (const job of needed) {
      uses[job] = (uses[job] as number) + 1;
    }
  }
  const common = problem.costs.flatMap((_, job) => (uses[job] === problem.weights.length ? [job] : []));
  if (problem.weights.length === 1 || common.length === 0) {
    return solveLeaf(problem, care);
  }
  const part = takePart(problem, [...problem.weights.keys()], new Set(common));
  const rest = solveParts(part.problem, care);
  const cost = sum(common.map((job) => problem.costs[job] as number));
  return { ...rest, order: expand(part, rest.order), bound: cost * sum(problem.weights) + rest.bound };
}

/**
 * Decomposes a problem into blocks (Sidney, 1975), and blocks again once what all their demands need is paid. Small blocks are
 * solved exactly, large ones by search and a bound.
 */
export function solveByBlocks(problem: ClosureProblem, care: BoundCare): BlockSolution {
  return solveParts(problem, care);
}
