// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankSumTest } from "../../../src/analysis/impact/rank-sum-test.js";

/** Two samples without ties whose U statistic (of the first) is this, found by moving single values up. */
function samplesWithU(first: number, second: number, u: number): readonly [number[], number[]] {
  const below = Array.from({ length: first }, (_, index) => {
    const passed = Math.min(second, Math.max(0, u - (first - 1 - index) * second));
    return passed + (index + 1) / 1000;
  });
  return [below, Array.from({ length: second }, (_, index) => index + 0.5)];
}

/** The definition itself: all ways to choose the first sample from the pooled values. */
function testByEnumeration(first: readonly number[], second: readonly number[]): number {
  const pooled = [...first, ...second];
  const statistic = (chosen: readonly number[], rest: readonly number[]): number =>
    chosen
      .flatMap((x) => rest.map((y): number => (x > y ? 1 : x === y ? 0.5 : 0)))
      .reduce((sum, part) => sum + part, 0);
  const middle = (first.length * second.length) / 2;
  const observed = Math.abs(statistic(first, second) - middle);
  let all = 0;
  let extreme = 0;
  for (let choice = 0; choice < 2 ** pooled.length; choice++) {
    const chosen = pooled.filter((_, index) => (choice >> index) & 1);
    if (chosen.length === first.length) {
      const rest = pooled.filter((_, index) => !((choice >> index) & 1));
      all += 1;
      extreme += Math.abs(statistic(chosen, rest) - middle) >= observed ? 1 : 0;
    }
  }
  return extreme / all;
}

describe("rankSumTest", () => {
  // Critical values of U for a two-sided test at 0.05 (Mann and Whitney 1947; Siegel, Nonparametric Statistics, 1956, table K):
  // the largest U that is significant, - where none is.
  it.each([
    [3, 3, undefined],
    [4, 4, 0],
    [5, 5, 2],
    [6, 6, 5],
    [7, 7, 8],
    [8, 8, 13],
    [10, 10, 23],
    [12, 12, 37],
    [15, 15, 64],
    [20, 20, 127],
    [3, 5, 0],
    [4, 10, 5],
    [5, 8, 6],
    [10, 20, 55],
  ])("has the published critical value for %i against %i values", (first, second, critical) => {
    const p = (u: number): number => rankSumTest(...samplesWithU(first, second, u));
    if (critical !== undefined) expect(p(critical)).toBeLessThanOrEqual(0.05);
    expect(p((critical ?? -1) + 1)).toBeGreaterThan(0.05);
  });

  it("agrees with R's wilcox.test on the example of its manual page", () => {
    // Hollander and Wolfe, 1973, p. 69f; W = 35, one-sided p = 0.1272.
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const earlier = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(rankSumTest(atTerm, earlier)).toBeCloseTo(0.2544122544122544, 12);
  });

  it("agrees with scipy 1.17.1's mannwhitneyu, exact and asymptotic", () => {
    expect(rankSumTest([19, 22, 16, 29, 24], [20, 11, 17, 12])).toBeCloseTo(0.1111111111111111, 12);
    const first = [
      137, 125, 127, 135, 123, 131, 133, 109, 102, 112, 111, 134, 136, 100, 119, 132, 105, 131, 104, 118, 132, 112, 113,
      111, 128, 110, 139, 117, 119, 120, 123, 122, 120, 139, 132, 131, 128, 124, 113, 139,
    ];
    const second = [
      123, 113, 138, 111, 139, 129, 109, 106, 122, 106, 110, 125, 143, 123, 137, 141, 137, 130, 122, 125, 115, 124, 120,
      114, 144, 105, 108, 112, 143, 132, 140, 113, 133, 119, 124, 105, 129, 138, 131, 111,
    ];
    expect(rankSumTest(first, second)).toBeCloseTo(0.6405247739729456, 6);
  });

  it("agrees with the enumeration of all permutations, with and without ties", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        expect(rankSumTest(first, second)).toBeCloseTo(testByEnumeration(first, second), 12);
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of samples or on the unit", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const p = rankSumTest(first, second);
        expect(rankSumTest(second, first)).toBeCloseTo(p, 12);
        expect(
          rankSumTest(
            first.map((value) => value * 1024),
            second.map((value) => value * 1024),
          ),
        ).toBe(p);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  it("sees no difference between samples of one value, however many", () => {
    expect(rankSumTest(new Array(5).fill(7), new Array(5).fill(7))).toBe(1);
    expect(rankSumTest(new Array(50).fill(7), new Array(50).fill(7))).toBe(1);
  });

  it.each([
    [[], [1]],
    [[1], []],
    [[Number.NaN], [1]],
    [[1], [Number.POSITIVE_INFINITY]],
  ])("refuses %j against %j", (first, second) => {
    expect(() => rankSumTest(first, second)).toThrow(RangeError);
  });
});
