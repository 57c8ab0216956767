// SPDX-License-Identifier: GPL-3.0-or-later
import type { AnalysisRequest } from "../analysis/analysis.js";
import type { FeatureKind } from "../analysis/feature.js";
import type { MetricPattern } from "../analysis/metrics.js";
import { UsageError } from "../errors.js";

/** The options about an analysis that `loupe analyze` and `dh_loupe` share, as they were given. */
export interface AnalysisOptions {
  readonly subFeatures: boolean;
  readonly pseudoFiles: boolean;
  readonly jobs?: number;
  /** A regular expression; true: any number. */
  readonly metric?: string | true;
  readonly impact: boolean;
  readonly strictImpact: boolean;
}

const ANY_NUMBER = /(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/;

/** Whether a regular expression has a group: with the empty alternative it matches anything, and tells its groups. */
function countGroups(source: string): number {
  return (new RegExp(`${source}|`).exec("")?.length ?? 1) - 1;
}

function toMetricPattern(option: string | true): MetricPattern {
  if (option === true) {
    return ANY_NUMBER;
  }
  try {
    if (countGroups(option) > 0) {
      return new RegExp(option, "m");
    }
  } catch (cause) {
    throw new UsageError(`--metric: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`--metric "${option}" has no group that holds the number, as "([0-9.]+) requests" has`);
}

const DEFAULT_REPLICAS = 3;

/** The paper's number for metrics (section 5.3): with fewer than 4, no difference can be told from chance. */
const IMPACT_REPLICAS = 10;
const LEAST_IMPACT_REPLICAS = 4;

/** How often runs are repeated, where that was not said. Throws UsageError where so few repetitions would show nothing. */
export function chooseReplicas(given: number | undefined, { impact, strictImpact, metric }: AnalysisOptions): number {
  const measures = impact || strictImpact || metric !== undefined;
  if (measures && given !== undefined && given < LEAST_IMPACT_REPLICAS) {
    throw new UsageError(
      `with --replicas ${given}, no difference can be told from chance: --impact and --metric need at least ${LEAST_IMPACT_REPLICAS}`,
    );
  }
  return given ?? (measures ? IMPACT_REPLICAS : DEFAULT_REPLICAS);
}

/** What the options say for the analysis. Throws UsageError. */
export function toAnalysisSettings(
  options: AnalysisOptions,
): Pick<AnalysisRequest, "kinds" | "jobs" | "metric" | "impact"> {
  const kinds: FeatureKind[] = [
    "syscall",
    ...(options.subFeatures ? (["sub-feature"] as const) : []),
    ...(options.pseudoFiles ? (["pseudo-file"] as const) : []),
  ];
  const measured = options.impact || options.metric !== undefined ? "measured" : "ignored";
  return {
    kinds,
    ...(options.jobs !== undefined && { jobs: options.jobs }),
    ...(options.metric !== undefined && { metric: toMetricPattern(options.metric) }),
    impact: options.strictImpact ? "strict" : measured,
  };
}
