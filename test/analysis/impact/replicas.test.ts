// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { rankSumTest } from "../../../src/analysis/impact/rank-sum-test.js";
import { replicasNeeded, smallestPValue } from "../../../src/analysis/impact/replicas.js";

it.each([
  [3, 3],
  [4, 4],
  [3, 10],
  [10, 10],
  [1, 1],
])("the smallest p-value of %i against %i replicas is that of separated samples", (first, second) => {
  const low = Array.from({ length: first }, (_, index) => index);
  const high = Array.from({ length: second }, (_, index) => 100 + index);
  expect(smallestPValue(first, second)).toBeCloseTo(rankSumTest(low, high), 15);
});

it("three replicas against three cannot be significant", () => {
  expect(smallestPValue(3, 3)).toBeCloseTo(0.1, 15);
});

it.each([
  [1, 4],
  [85, 7],
  [86, 8],
  [258, 8],
  [1000, 9],
])("%i comparisons need %i replicas, and one fewer is not enough", (comparisons, replicas) => {
  expect(replicasNeeded(comparisons, 0.05)).toBe(replicas);
  expect(smallestPValue(replicas, replicas) * comparisons).toBeLessThanOrEqual(0.05);
  expect(smallestPValue(replicas - 1, replicas - 1) * comparisons).toBeGreaterThan(0.05);
});

it("says when no number is enough", () => {
  expect(() => replicasNeeded(1, 0)).toThrow(RangeError);
});
