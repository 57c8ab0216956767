// SPDX-License-Identifier: GPL-3.0-or-later
import { median } from "simple-statistics";
import { rankSumTest } from "./rank-sum-test.js";

/** A metric of interposed runs against that of the baseline. */
export interface MetricComparison {
  /** Median of the runs divided by that of the baseline; null where the latter is 0 and there is no ratio. */
  readonly ratio: number | null;
  /** The medians' difference as a share of the baseline's: -0.5 is half as much; Infinity where anything comes from 0. */
  readonly change: number;
  /** Two-sided, of the rank sum test, not yet corrected for the number of comparisons. */
  readonly pValue: number;
  /** All runs are on the same side of all baseline runs: no replicas of this number could differ more clearly. */
  readonly separated: boolean;
  readonly baselineReplicas: number;
  readonly replicas: number;
}

function isSeparated(first: readonly number[], second: readonly number[]): boolean {
  return Math.max(...first) < Math.min(...second) || Math.max(...second) < Math.min(...first);
}

/**
 * Compares a metric (KiB, descriptors, what a test script printed: the unit does not matter, it has to be the same) between the
 * replicas of the baseline and those of an experiment.
 * Throws RangeError where a sample is empty or has a value that is not finite.
 */
export function compareMetric(baseline: readonly number[], runs: readonly number[]): MetricComparison {
  const pValue = rankSumTest(baseline, runs);
  const before = median([...baseline]);
  const after = median([...runs]);
  const same = after === before;
  return {
    ratio: before === 0 ? null : after / before,
    change: same ? 0 : (after - before) / Math.abs(before),
    pValue,
    separated: isSeparated(baseline, runs),
    baselineReplicas: baseline.length,
    replicas: runs.length,
  };
}
