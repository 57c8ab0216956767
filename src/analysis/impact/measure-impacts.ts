// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../../run-all.js";
import type { AnalysisRequest } from "../analysis.js";
import type { Baseline } from "../baseline.js";
import type { Experimenter, RunMetrics, TreatedFeature } from "../experiment.js";
import {
  type AnalyzedFeature,
  decideVerdict,
  type Feature,
  type Impact,
  type Treatment,
  type TreatmentResult,
} from "../feature.js";
import { measureRun } from "../metrics.js";
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
export function listCompared(features: readonly AnalyzedFeature[]): readonly TreatedFeature[] {
  return features.flatMap(({ feature, ...results }) =>
    (["stub", "fake"] as const)
      .filter((treatment) => results[treatment].works)
      .map((treatment) => ({ feature, treatment })),
  );
}

async function compareAll(
  treated: readonly TreatedFeature[],
  baseline: readonly RunMetrics[],
  experimenter: Experimenter,
): Promise<readonly Comparison[]> {
  const compared = await runAll(treated, async ({ feature, treatment }) => {
    const result = await experimenter.run({ treated: [{ feature, treatment }] });
    return METRICS.flatMap((metric) => {
      const [before, after] = [collect(baseline, metric), collect(result.metrics, metric)];
      const isComparable = result.works && before.length > 0 && after.length > 0;
      return isComparable ? [{ ...compareMetric(before, after), feature, treatment, metric }] : [];
    });
  });
  return compared.flat();
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
 * Compares memory, descriptors and the workload's own number between the baseline and each treatment that works (section 5.3 of
 * the paper), and marks features whose treatment changes one of them significantly. Where impact is strict, such a treatment
 * counts as not working, and the joint set has to be confirmed again.
 */
export async function measureImpacts(
  request: AnalysisRequest,
  baseline: Baseline,
  features: readonly AnalyzedFeature[],
  experimenter: Experimenter,
): Promise<MeasuredImpacts> {
  const before = baseline.replicas.map((replica) => measureRun(replica, request.metric));
  const comparisons = await compareAll(listCompared(features), before, experimenter);
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
