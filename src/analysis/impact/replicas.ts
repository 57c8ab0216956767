// SPDX-License-Identifier: GPL-3.0-or-later

/** Enough for 10^118 comparisons at the usual level. */
const LARGEST_REPLICAS = 200;

/** 1 divided by the number of ways to choose `size` of `total`. */
function inverseBinomial(total: number, size: number): number {
  let result = 1;
  for (let index = 1; index <= size; index++) {
    result *= index / (total - size + index);
  }
  return result;
}

/**
 * The smallest two-sided p-value that two samples of these sizes can have in a rank sum test (without ties): all values of one
 * lie below all of the other. 3 against 3: 0.1, so nothing can be significant at 0.05. 4 against 4: 0.029. 10 against 10: 1.1e-5.
 */
export function smallestPValue(first: number, second: number): number {
  return Math.min(1, 2 * inverseBinomial(first + second, Math.min(first, second)));
}

/**
 * How many baseline runs, and as many runs of each experiment, are needed so that a difference can be significant at `alpha`
 * among this many comparisons, whichever of them it is (Holm's first step). At 0.05: 4 for one comparison, 9 for a thousand.
 */
export function replicasNeeded(comparisons: number, alpha: number): number {
  for (let replicas = 1; replicas <= LARGEST_REPLICAS; replicas++) {
    if (smallestPValue(replicas, replicas) * comparisons <= alpha) {
      return replicas;
    }
  }
  throw new RangeError(
    `no number of replicas makes a difference significant at ${alpha} among ${comparisons} comparisons`,
  );
}
