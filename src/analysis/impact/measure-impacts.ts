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

const METRICS = ["residentKiB", "descriptors", "metric"] as const;

type ComparedMetric = (typeof METRICS)[number];

/** Where the tracer takes more of a run than this, the workload's own number says more of the tracer than of the treatment. */
const MOST_TRACER_SHARE = 0.01;

interface Comparison extends MetricComparison {
  readonly feature: Feature;
  readonly treatment: Treatment;
  readonly metric: ComparedMetric;
}

interface Comparisons {
  readonly made: readonly Comparison[];
  /** Treatments whose calls stop in the tracer so often that the workload's own number cannot be compared. */
  readonly distorted: readonly TreatedFeature[];
}

/** Features with their impacts. */
export interface MeasuredImpacts {
  readonly features: readonly AnalyzedFeature[];
  /** Sentences about what could not be decided. */
  readonly warnings: readonly string[];
}

function collect(runs: readonly RunMetrics[], metric: ComparedMetric): readonly number[] {
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

function isDistorted(runs: readonly RunMetrics[]): boolean {
  return runs.some(({ tracerShare = 0 }) => tracerShare > MOST_TRACER_SHARE);
}

/** Each comparison that can be made: of what both a plain run and a treated one showed. */
async function compareAll(
  treated: readonly TreatedFeature[],
  comparer: Comparer,
  measuresMetric: boolean,
): Promise<Comparisons> {
  const experiments = [NOTHING_TREATED, ...treated.map((entry) => ({ treated: [entry] }))];
  const [plain, ...results] = await comparer.compare(experiments, measuresMetric ? "one" : "as-many-as-useful");
  const paired = treated.flatMap((entry, index) => {
    const result = results[index];
    return result?.works ? [{ entry, metrics: result.metrics }] : [];
  });
  const made = paired.flatMap(({ entry, metrics }) =>
    METRICS.filter((metric) => metric !== "metric" || !isDistorted(metrics)).flatMap((metric) => {
      const [before, after] = [collect(plain?.metrics ?? [], metric), collect(metrics, metric)];
      const isComparable = before.length > 0 && after.length > 0;
      return isComparable ? [{ ...compareMetric(before, after), ...entry, metric }] : [];
    }),
  );
  return { made, distorted: paired.filter(({ metrics }) => isDistorted(metrics)).map(({ entry }) => entry) };
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

function warnDistorted(distorted: readonly TreatedFeature[]): readonly string[] {
  const names = distorted.map(({ treatment, feature }) => `${treatment} ${feature.name}`).join(", ");
  return distorted.length === 0
    ? []
    : [`the metric was not compared where calls stop in the tracer and that takes a part of the time: ${names}`];
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
  const { made, distorted } = await compareAll(listCompared(features), comparer, request.metric !== undefined);
  const { flagged, undecided } = flagImpacts(made);
  const measured = features.map((entry) => {
    const impact = flagged.filter(({ feature }) => feature.name === entry.feature.name).map(toImpact);
    if (request.impact !== "strict") {
      return { ...entry, impact };
    }
    const [stub, fake] = [fail(entry.stub, impact, "stub"), fail(entry.fake, impact, "fake")];
    const verdict = entry.verdict === "required" ? "required" : decideVerdict(stub, fake);
    return { ...entry, impact, stub, fake, verdict };
  });
  const warnings = [...warnUndecided(made.length, undecided, request.replicas), ...warnDistorted(distorted)];
  return { features: measured, warnings };
}
