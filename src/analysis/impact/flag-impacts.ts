// SPDX-License-Identifier: GPL-3.0-or-later
import type { MetricComparison } from "./compare-metric.js";

/** When a difference is worth being told. */
export interface ImpactThresholds {
  /** The smallest change of the medians, as a share: 0.03 is 3 %, as in the paper's Table 2. */
  readonly minimumChange: number;
  /** How probable it may be that any flag at all is by chance. */
  readonly alpha: number;
}

/** The paper's 3 % (section 5.3), and the usual level. */
export const DEFAULT_THRESHOLDS: ImpactThresholds = { minimumChange: 0.03, alpha: 0.05 };

/** A comparison with its p-value after the correction. */
export type CorrectedComparison<Comparison> = Comparison & { readonly adjustedPValue: number };

/** What came of the comparisons; all others are unremarkable. */
export interface Impacts<Comparison> {
  /** Changed by more than the minimum, and significantly. In the order of the list. */
  readonly flagged: readonly CorrectedComparison<Comparison>[];
  /**
   * Changed by more than the minimum, and every run differs from every baseline run, yet it cannot be significant with so few
   * replicas among so many comparisons; `replicasNeeded` tells how many it takes.
   */
  readonly undecided: readonly CorrectedComparison<Comparison>[];
}

/**
 * Corrects p-values for their number (S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6,
 * 1979; p.adjust(method = "holm") in R): the chance that any of those at or below alpha is an accident is at most alpha. It holds
 * whatever the dependence, and here all comparisons share the same baseline runs. The Benjamini-Hochberg procedure finds more,
 * but lets a share of the flags be false, and with strict impact a false flag is a false verdict.
 */
export function adjustPValues(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, index) => index).sort((left, right) => (pValues[left] ?? 1) - (pValues[right] ?? 1));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Finds the comparisons that count. The list has to hold all that were made, also the unremarkable ones: the correction is for
 * their number.
 */
export function flagImpacts<Comparison extends MetricComparison>(
  comparisons: readonly Comparison[],
  thresholds: ImpactThresholds = DEFAULT_THRESHOLDS,
): Impacts<Comparison> {
  const adjusted = adjustPValues(comparisons.map(({ pValue }) => pValue));
  const changed = comparisons
    .map((comparison, index) => ({ ...comparison, adjustedPValue: adjusted[index] ?? 1 }))
    .filter(({ change }) => Math.abs(change) > thresholds.minimumChange);
  const isSignificant = ({ adjustedPValue }: CorrectedComparison<Comparison>): boolean =>
    adjustedPValue <= thresholds.alpha;
  return {
    flagged: changed.filter(isSignificant),
    undecided: changed.filter((comparison) => comparison.separated && !isSignificant(comparison)),
  };
}
