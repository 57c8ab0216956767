// SPDX-License-Identifier: GPL-3.0-or-later
import type { AnalysisRequest } from "../analysis.js";
import { type Comparer, NOTHING_TREATED, type RunMetrics, type TreatedFeature } from "../experiment.js";
import {
  type AnalyzedFeature,
  decideVerdict,
  type Feature,
  type Impact,
  type Treatment,
  type TreatmentResult,
} from "../feature.js";
import { compareMetric, type MetricComparison } from "./compare-metric.js";
import { type CorrectedComparison, DEFAULT_THRESHOLDS, flagImpacts } from "./flag-impacts.js";
import { replicasNeeded } from "./replicas.js";

const METRICS: readonly (keyof RunMetrics)[] = ["residentKiB", "descriptors", "metric"];

interface Comparison extends MetricComparison {
  readonly feature: Feature;
  readonly treatment: Treatment;
  readonly metric: keyof RunMetrics;
}

/** Features with their impacts. */
export interface MeasuredImpacts {
  readonly features: readonly AnalyzedFeature[];
  /** Sentences about what could not be decided. */
  readonly warnings: readonly string[];
}

function collect(runs: readonly RunMetrics[], metric: keyof RunMetrics): readonly number[] {
  return runs.flatMap((run) => run[metric] ?? []);
}

/** Each treatment that works; it is applied alone, because groups would not tell whose the difference is. */
function listCompared(features: readonly AnalyzedFeature[]): readonly TreatedFeature[] {
  return features.flatMap(({ feature, ...results }) =>
    (["stub", "fake"] as const)
      .filter((treatment) => results[treatment].works)
      .map((treatment) => ({ feature, treatment })),
  );
}

/** Each comparison that can be made: of what both a plain run and a treated one showed. */
async function compareAll(
  treated: readonly TreatedFeature[],
  comparer: Comparer,
  measuresMetric: boolean,
): Promise<readonly Comparison[]> {
  const experiments = [NOTHING_TREATED, ...treated.map((entry) => ({ treated: [entry] }))];
  const [plain, ...results] = await comparer.compare(experiments, measuresMetric ? "one" : "as-many-as-useful");
  return results.flatMap((result, index) =>
    METRICS.flatMap((metric) => {
      const [before, after] = [collect(plain?.metrics ?? [], metric), collect(result.metrics, metric)];
      const entry = treated[index];
      const isComparable = entry !== undefined && result.works && before.length > 0 && after.length > 0;
      return isComparable ? [{ ...compareMetric(before, after), ...entry, metric }] : [];
    }),
  );
}

/** Compared runs for each replica: with nothing treated, and with each treatment. */
export function countCompared(features: readonly AnalyzedFeature[]): number {
  return 1 + listCompared(features).length;
}

function toImpact({ treatment, metric, ratio, adjustedPValue }: CorrectedComparison<Comparison>): Impact {
  return { treatment, metric, ratio, pValue: adjustedPValue };
}

function describeImpact({ metric, ratio }: Impact): string {
  const change = ratio === null ? "from nothing" : `to ${ratio.toFixed(2)} of what it was`;
  return `works, but changes ${metric} ${change}`;
}

/** With strict impact, a treatment that changes something does not work. */
function fail(result: TreatmentResult, impacts: readonly Impact[], treatment: Treatment): TreatmentResult {
  const [first] = impacts.filter((impact) => impact.treatment === treatment);
  return first === undefined ? result : { ...result, works: false, reason: describeImpact(first) };
}

function warnUndecided(comparisons: number, undecided: readonly Comparison[], replicas: number): readonly string[] {
  const [first] = undecided;
  if (first === undefined) {
    return [];
  }
  const needed = replicasNeeded(comparisons, DEFAULT_THRESHOLDS.alpha);
  const example = `${first.treatment} ${first.feature.name}: ${first.metric}`;
  return [
    `${undecided.length} differences (${example}) cannot be told from chance with ${replicas} replicas; it takes --replicas ${needed}`,
  ];
}

/**
 * Compares memory, descriptors and the workload's own number between runs with nothing treated and each treatment that works (section
 * 5.3 of the paper), all made for this and under the same conditions, and marks features whose treatment changes one of them significantly. Where impact is strict, such a treatment
 * counts as not working, and the joint set has to be confirmed again.
 */
export async function measureImpacts(
  request: AnalysisRequest,
  features: readonly AnalyzedFeature[],
  comparer: Comparer,
): Promise<MeasuredImpacts> {
  const comparisons = await compareAll(listCompared(features), comparer, request.metric !== undefined);
  const { flagged, undecided } = flagImpacts(comparisons);
  const measured = features.map((entry) => {
    const impact = flagged.filter(({ feature }) => feature.name === entry.feature.name).map(toImpact);
    if (request.impact !== "strict") {
      return { ...entry, impact };
    }
    const [stub, fake] = [fail(entry.stub, impact, "stub"), fail(entry.fake, impact, "fake")];
    const verdict = entry.verdict === "required" ? "required" : decideVerdict(stub, fake);
    return { ...entry, impact, stub, fake, verdict };
  });
  return { features: measured, warnings: warnUndecided(comparisons.length, undecided, request.replicas) };
}
