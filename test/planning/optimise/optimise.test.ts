// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatePackages } from "../../../bench/planning/generate.js";
import { anneal } from "../../../src/planning/optimise/anneal.js";
import { closureArea } from "../../../src/planning/optimise/area.js";
import { solveByBlocks } from "../../../src/planning/optimise/blocks.js";
import { decompose } from "../../../src/planning/optimise/decomposition.js";
import { orderExactly } from "../../../src/planning/optimise/exact-order.js";
import { orderGreedily } from "../../../src/planning/optimise/greedy.js";
import { improveByMoves } from "../../../src/planning/optimise/local-search.js";
import { FlowNetwork } from "../../../src/planning/optimise/max-flow.js";
import type { ClosureProblem } from "../../../src/planning/optimise/problem.js";
import { shareBound } from "../../../src/planning/optimise/share-bound.js";
import { varyAndImprove } from "../../../src/planning/optimise/variation.js";
import { anyClosure, costOf, permutations, unevenCost } from "./closures.js";

function bestArea(problem: ClosureProblem): number {
  return Math.min(...permutations([...problem.weights.keys()]).map((order) => closureArea(problem, order)));
}

const weightOf = ({ weights }: ClosureProblem, demands: readonly number[]): number =>
  demands.reduce((sum, demand) => sum + (weights[demand] as number), 0);

/** All subsets of some items but the empty one. */
const subsets = (items: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** items.length - 1 }, (_, mask) => items.filter((_item, place) => ((mask + 1) >> place) & 1));

describe("FlowNetwork", () => {
  it("finds the maximum flow of the textbook example, and its cut", () => {
    // Cormen et al., Introduction to Algorithms, figure 26.6: the flow is 23.
    const network = new FlowNetwork(6);
    const arcs = [
      [0, 1, 16],
      [0, 2, 13],
      [1, 3, 12],
      [2, 1, 4],
      [2, 4, 14],
      [3, 2, 9],
      [3, 5, 20],
      [4, 3, 7],
      [4, 5, 4],
    ] as const;
    for (const [from, to, capacity] of arcs) {
      network.addArc(from, to, capacity);
    }
    expect(network.maximize(0, 5)).toBe(23);
    expect([...network.sourceSide(0)].sort()).toEqual([0, 1, 2, 4]);
  });
});

describe("decompose", () => {
  it("makes blocks of falling density, in each of which no part is denser than the whole", () => {
    fc.assert(
      fc.property(anyClosure(8, 7), (problem) => {
        const done = new Set<number>();
        let density = Number.POSITIVE_INFINITY;
        const blocks = decompose(problem);
        expect(blocks.flatMap(({ demands }) => demands).sort((a, b) => a - b)).toEqual([...problem.weights.keys()]);
        for (const { demands, jobs } of blocks) {
          const own = weightOf(problem, demands) / costOf(problem, demands, done);
          expect(own).toBeLessThanOrEqual(density * (1 + 1e-12));
          for (const part of subsets(demands)) {
            const cost = costOf(problem, part, done);
            expect(weightOf(problem, part)).toBeLessThanOrEqual(own * cost * (1 + 1e-12));
          }
          for (const job of jobs) {
            done.add(job);
          }
          density = own;
        }
        expect(done.size).toBe(problem.costs.length);
      }),
      { numRuns: 200 },
    );
  });

  it("splits what is equally dense into the smallest blocks", () => {
    const problem = { costs: [2, 2, 2], weights: [1, 1, 1], jobs: [[0], [1], [2]] };
    expect(decompose(problem).map(({ demands }) => demands.length)).toEqual([1, 1, 1]);
  });
});

describe("orders and bounds", () => {
  it("orderExactly finds the smallest area", () => {
    fc.assert(
      fc.property(anyClosure(6, 7), (problem) => {
        const { order, area } = orderExactly(problem);
        expect(area).toBe(bestArea(problem));
        expect(closureArea(problem, order)).toBe(area);
      }),
      { numRuns: 100 },
    );
  });

  it("solveByBlocks finds it, too, and proves it", () => {
    fc.assert(
      fc.property(anyClosure(6, 7), (problem) => {
        const { order, bound } = solveByBlocks(problem, "tight");
        expect(bound).toBe(bestArea(problem));
        expect(closureArea(problem, order)).toBe(bound);
      }),
      { numRuns: 100 },
    );
  });

  it("shareBound is never above the smallest area", () => {
    fc.assert(
      fc.property(anyClosure(6, 7), fc.nat(60), (problem, steps) => {
        const reached = closureArea(problem, orderGreedily(problem, "cheapest"));
        expect(shareBound(problem, reached, steps)).toBeLessThanOrEqual(bestArea(problem));
      }),
      { numRuns: 200 },
    );
  });

  it("nor where cheap jobs keep their even shares", () => {
    fc.assert(
      fc.property(anyClosure(6, 9, unevenCost), fc.nat(60), (problem, steps) => {
        const reached = closureArea(problem, orderGreedily(problem, "cheapest"));
        expect(shareBound(problem, reached, steps)).toBeLessThanOrEqual(bestArea(problem));
      }),
      { numRuns: 200 },
    );
  });

  it("shareBound is a number where no shares are better", () => {
    const problem = {
      costs: [100, 100, 1, 1, 99, 2, 1, 99, 2],
      weights: [20, 16, 19, 4],
      jobs: [
        [0, 7, 8],
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [0, 1, 2, 3, 4, 5, 6],
        [0, 1, 2, 3, 6, 7, 8],
      ],
    };
    const bound = shareBound(problem, 19411, 60);
    expect(bound).toBeGreaterThan(19000);
    expect(bound).toBeLessThanOrEqual(bestArea(problem));
  });

  it("shareBound sees that packages with a common start cannot come early", () => {
    // Each demand needs the common job of cost 10; density alone would let the first come at cost 11/3.
    const problem = {
      costs: [10, 1, 1, 1],
      weights: [1, 1, 1],
      jobs: [
        [0, 1],
        [0, 2],
        [0, 3],
      ],
    };
    expect(shareBound(problem, 36, 200)).toBeGreaterThan(35);
  });

  it("moves and variations never make an order worse", () => {
    const anyOrder = anyClosure(12, 9).chain((problem) =>
      fc.record({
        problem: fc.constant(problem),
        order: fc.shuffledSubarray([...problem.weights.keys()], { minLength: problem.weights.length }),
      }),
    );
    fc.assert(
      fc.property(anyOrder, ({ problem, order }) => {
        const moved = improveByMoves(problem, order, 1e6);
        expect([...moved].sort((a, b) => a - b)).toEqual([...problem.weights.keys()]);
        expect(closureArea(problem, moved)).toBeLessThanOrEqual(closureArea(problem, order));
        expect(closureArea(problem, varyAndImprove(problem, moved))).toBeLessThanOrEqual(closureArea(problem, moved));
        const annealed = anneal(problem, order);
        expect([...annealed].sort((a, b) => a - b)).toEqual([...problem.weights.keys()]);
        expect(closureArea(problem, annealed)).toBeLessThanOrEqual(closureArea(problem, order));
      }),
      { numRuns: 30 },
    );
  });

  it("anneal finds a better order than moves that only improve", () => {
    const packages = generatePackages(60, 4);
    const calls = [...new Set(packages.flatMap(({ needs }) => [...needs.keys()]))];
    const problem: ClosureProblem = {
      costs: calls.map(() => 1),
      weights: packages.map(() => 1),
      jobs: packages.map(({ needs }) => calls.flatMap((call, job) => (needs.get(call) === "required" ? [job] : []))),
    };
    const moved = improveByMoves(problem, orderGreedily(problem, "densest"), 1e7);
    expect(closureArea(problem, anneal(problem, moved))).toBeLessThan(closureArea(problem, moved));
  });
});
