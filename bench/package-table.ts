// SPDX-License-Identifier: GPL-3.0-or-later
// The cost of analyses and the agreement of the two searches, as a page for the documentation.
import type { Manifest, ManifestFeature } from "../src/manifest/schema.js";
import { describeMachine } from "./table.js";

/** A package's manifests, as far as they were made. */
export interface ComparedPackage {
  readonly name: string;
  /** Three replicas. */
  readonly adaptive?: Manifest;
  /** One replica. */
  readonly exhaustive?: Manifest;
}

interface Difference {
  readonly package: string;
  readonly feature: string;
  readonly adaptive: string;
  readonly exhaustive: string;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

const formatCells = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Of the paper's method with three replicas: (2 + 2N) x 3 runs, of which only those that fail end early. */
function formatExhaustive({ adaptive, exhaustive }: ComparedPackage): string {
  const features = adaptive?.features.length ?? 0;
  const threefold = (2 + 2 * features) * 3;
  if (exhaustive?.search === undefined) {
    return `${threefold} runs (not measured)`;
  }
  const { runs, seconds, baselineSeconds } = exhaustive.search;
  return `${runs} runs, ${(seconds / baselineSeconds).toFixed(1)} T (1 replica); ${threefold} runs (3)`;
}

function formatRow(compared: ComparedPackage): string {
  const { name, adaptive } = compared;
  if (adaptive?.search === undefined) {
    return formatCells([name, "-", "-", "-", "-", adaptive?.outcome ?? "not analyzed", formatExhaustive(compared)]);
  }
  const { baselineSeconds, runs, fullRuns, seconds } = adaptive.search;
  return formatCells([
    name,
    String(adaptive.features.length),
    baselineSeconds.toFixed(1),
    `${runs} (${fullRuns})`,
    seconds.toFixed(0),
    (seconds / baselineSeconds).toFixed(1),
    formatExhaustive(compared),
  ]);
}

function listDifferences({ name, adaptive, exhaustive }: ComparedPackage): readonly Difference[] {
  const find = (feature: ManifestFeature): ManifestFeature | undefined =>
    exhaustive?.features.find((other) => other.kind === feature.kind && other.name === feature.name);
  return (adaptive?.features ?? []).flatMap((feature) => {
    const other = find(feature);
    return other === undefined || other.verdict === feature.verdict
      ? []
      : [{ package: name, feature: feature.name, adaptive: feature.verdict ?? "-", exhaustive: other.verdict ?? "-" }];
  });
}

function countCompared({ adaptive, exhaustive }: ComparedPackage): number {
  const names = new Set(exhaustive?.features.map((feature) => feature.name));
  return adaptive?.features.filter((feature) => names.has(feature.name)).length ?? 0;
}

/** docs/benchmarks-packages.md. */
export function formatPackages(compared: readonly ComparedPackage[], date: Date): string {
  const names = compared.map(({ name }) => name).join(" ");
  const differences = compared.flatMap(listDifferences);
  const all = compared.map(countCompared).reduce((total, count) => total + count, 0);
  const searches = compared.flatMap(({ adaptive }) => adaptive?.search ?? []);
  const long = searches.filter(({ baselineSeconds }) => baselineSeconds >= 5);
  const ratios = long.map(({ seconds, baselineSeconds }) => seconds / baselineSeconds);
  const share = all === 0 ? "nothing to compare" : `${(((all - differences.length) / all) * 100).toFixed(1)} %`;
  return `# What an analysis of a Debian package costs

Measured with \`npm run bench:packages -- --write ${names}\` on ${date.toISOString().slice(0, 10)}: ${describeMachine()}. T is the longest plain run of the test step.
Adaptive: three replicas, the joint set passed three times. Runs are all runs, those that passed (and so took T) in brackets; the time is
that of all of them, the baseline included.

${["package|features|T (s)|runs (full)|seconds|seconds / T|exhaustive", "---|---|---|---|---|---|---"].map((line) => formatCells(line.split("|"))).join("\n")}
${compared.map(formatRow).join("\n")}

Median of seconds / T where T is at least 5 s: ${ratios.length === 0 ? "no such package" : median(ratios).toFixed(1)}.

## Adaptive against exhaustive

The same verdict for ${all - differences.length} of ${all} features (${share}).

${differences.length === 0 ? "No difference." : ["package|feature|adaptive|exhaustive", "---|---|---|---", ...differences.map((entry) => [entry.package, entry.feature, entry.adaptive, entry.exhaustive].join("|"))].map((line) => formatCells(line.split("|"))).join("\n")}
`;
}
