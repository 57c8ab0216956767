// SPDX-License-Identifier: GPL-3.0-or-later
import { errorFunction } from "simple-statistics";

/** Up to so many values in both samples the distribution is counted out; its numbers are then still exact (below 2^53). */
const LARGEST_EXACT = 50;

/** Twice the ranks of a pooled sample; equal values share the mean of their ranks, whose double is a whole number. */
function doubleRanks(pooled: readonly number[]): readonly number[] {
  const sorted = [...pooled].sort((left, right) => left - right);
  return pooled.map((value) => {
    const first = sorted.indexOf(value);
    const last = sorted.lastIndexOf(value);
    return first + last + 2;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How many choices of `size` of the scores have each sum: index `s` of the result counts those with the sum `s`. */
function countSums(scores: readonly number[], size: number): readonly number[] {
  const largest = sum(scores);
  const counts = Array.from({ length: size + 1 }, () => new Array<number>(largest + 1).fill(0));
  (counts[0] as number[])[0] = 1;
  for (const score of scores) {
    for (let chosen = size; chosen > 0; chosen--) {
      const [with_, without] = [counts[chosen] as number[], counts[chosen - 1] as number[]];
      for (let total = largest; total >= score; total--) {
        with_[total] = (with_[total] as number) + (without[total - score] as number);
      }
    }
  }
  return counts[size] as number[];
}

/** The share of all choices whose rank sum is at least as far from its mean as the observed one. */
function testExactly(scores: readonly number[], size: number): number {
  const observed = sum(scores.slice(0, size));
  const counts = countSums(scores, size);
  // Multiplied by the number of values, the mean of the rank sum is a whole number, too.
  const distance = (total: number): number => Math.abs(total * scores.length - sum(scores) * size);
  const extreme = counts.filter((_, total) => distance(total) >= distance(observed));
  return sum(extreme) / sum(counts);
}

/** Normal approximation with continuity and tie correction, as R's wilcox.test(exact = FALSE). */
function approximate(scores: readonly number[], size: number): number {
  const total = scores.length;
  const other = total - size;
  const ties = new Map<number, number>();
  for (const score of scores) {
    ties.set(score, (ties.get(score) ?? 0) + 1);
  }
  const tied = sum([...ties.values()].map((count) => count ** 3 - count));
  const variance = ((size * other) / 12) * (total + 1 - tied / (total * (total - 1)));
  if (variance === 0) {
    return 1;
  }
  const u = sum(scores.slice(0, size)) / 2 - (size * (size + 1)) / 2;
  const deviation = Math.max(0, Math.abs(u - (size * other) / 2) - 0.5);
  return 1 - errorFunction(deviation / Math.sqrt(2 * variance));
}

/**
 * The two-sided p-value of the Mann-Whitney U test (Wilcoxon rank sum test): how probable it is, if both samples come from the
 * same distribution, that their ranks are as far apart as these, or farther.
 *
 * Up to 50 values it is exact, also with ties: the permutation distribution of the mean ranks, counted by the shift algorithm
 * (B. Streitberg, J. Roehmel, "Exact distributions for permutation and rank tests", Statistical Software Newsletter 12, 1986;
 * coin's wilcox_test(distribution = "exact") in R). Descriptor counts are nearly always tied, and samples are small, so that
 * the usual answer to ties, a normal approximation, would be wrong there. Larger samples get that approximation (H. B. Mann,
 * D. R. Whitney, Ann. Math. Statist. 18, 1947).
 * Throws RangeError for an empty sample or a value that is not finite.
 */
export function rankSumTest(first: readonly number[], second: readonly number[]): number {
  const pooled = [...first, ...second];
  if (first.length === 0 || second.length === 0 || !pooled.every(Number.isFinite)) {
    throw new RangeError("a rank sum test needs two samples of finite numbers");
  }
  const scores = doubleRanks(pooled);
  return pooled.length <= LARGEST_EXACT ? testExactly(scores, first.length) : approximate(scores, first.length);
}
