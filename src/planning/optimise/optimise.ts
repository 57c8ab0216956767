// SPDX-License-Identifier: GPL-3.0-or-later
import { anneal } from "./anneal.js";
import { closureArea, type Schedule } from "./area.js";
import { solveByBlocks } from "./blocks.js";
import { type GreedyRule, orderGreedily } from "./greedy.js";
import { improveByMoves } from "./local-search.js";
import { type ClosureProblem, type PlanningProblem, relax } from "./problem.js";
import { settleOrder } from "./settle.js";
import { varyAndImprove } from "./variation.js";

const MOVE_STEPS = 3e7;
/** So many demands are annealed: fewer are varied well enough, and of more than that too few moves could be tried. */
const FEWEST_ANNEALED = 200;
const MOST_ANNEALED = 2000;

function varyWell(problem: ClosureProblem, order: readonly number[]): readonly number[] {
  const annealed =
    order.length >= FEWEST_ANNEALED && order.length <= MOST_ANNEALED
      ? improveByMoves(problem, anneal(problem, order), MOVE_STEPS)
      : order;
  return varyAndImprove(problem, annealed);
}

/** A greedy order; "cheapest" is that of the reference tool, for comparison. */
export function scheduleGreedily(problem: PlanningProblem, rule: GreedyRule = "cheapest"): Schedule {
  return settleOrder(problem, orderGreedily(relax(problem), rule));
}

/** An order that is good enough to decide by. */
export function scheduleQuickly(problem: PlanningProblem): Schedule {
  const relaxed = relax(problem);
  return settleOrder(problem, improveByMoves(relaxed, solveByBlocks(relaxed, "quick").order, MOVE_STEPS));
}

/** The best order that is found. The same problem gives the same order; it is never worse than a greedy one. */
export function scheduleWell(problem: PlanningProblem): Schedule {
  const relaxed = relax(problem);
  const { order, bound } = solveByBlocks(relaxed, "quick");
  const moved = improveByMoves(relaxed, order, MOVE_STEPS);
  const proven = closureArea(relaxed, moved) <= bound;
  return [
    settleOrder(problem, proven ? moved : varyWell(relaxed, moved)),
    scheduleGreedily(problem, "cheapest"),
    scheduleGreedily(problem, "densest"),
  ].reduce((best, candidate) => (candidate.area < best.area ? candidate : best));
}

/** A lower bound for the area of every order, and the elementary steps that it took. */
export function proveBound(problem: PlanningProblem): { readonly bound: number; readonly effort: number } {
  const { bound, effort } = solveByBlocks(relax(problem), "tight");
  return { bound, effort };
}
