// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { ComparedTreatment, ImpactRow } from "../database/impacts.js";
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** Metrics with a column of their own, in its order. */
const METRICS: readonly string[] = ["metric", "residentKiB", "descriptors"];

function keyOf({ measurement, kind, name, treatment }: ComparedTreatment): string {
  return JSON.stringify([measurement, kind, name, treatment]);
}

/** 1.5 times as much is a change of 50 %. */
function toChange(ratio: number | null): number | null {
  return ratio === null ? null : Math.round((ratio - 1) * 1000) / 10;
}

function toCells(impacts: readonly ImpactRow[]): Cell[] {
  const byMetric = new Map(impacts.map((impact) => [impact.metric, impact]));
  return [
    ...METRICS.map((metric) => toChange(byMetric.get(metric)?.ratio ?? null)),
    // Also those without a ratio: from nothing to something.
    [...byMetric.keys()].join(", "),
    [...byMetric.values()].map(({ p_value: pValue }) => pValue).join(", "),
  ];
}

/** Treatments with what they change: first those that work, then those that strict impact has made failures. */
interface TreatmentImpacts {
  readonly treatment: ComparedTreatment;
  readonly impacts: ImpactRow[];
}

function groupImpacts(
  compared: readonly ComparedTreatment[],
  impacts: readonly ImpactRow[],
): readonly TreatmentImpacts[] {
  const groups = new Map<string, TreatmentImpacts>(
    compared.map((treatment) => [keyOf(treatment), { treatment, impacts: [] }]),
  );
  for (const impact of impacts) {
    const group = groups.get(keyOf(impact)) ?? { treatment: impact, impacts: [] };
    groups.set(keyOf(impact), group);
    group.impacts.push(impact);
  }
  return [...groups.values()];
}

function compareGroups({ treatment: left }: TreatmentImpacts, { treatment: right }: TreatmentImpacts): number {
  const key = ({ package: name, version, architecture, measurement, kind, ...rest }: ComparedTreatment): string =>
    [name, version, architecture, measurement, kind, rest.name, rest.treatment].join("\0");
  return compareText(key(left), key(right));
}

/**
 * What stubbing or faking a feature changes although the workload passes: the paper's Table 2. A row is a treatment that was compared with the
 * baseline; what does not differ significantly has no number, as manifests have none of it, and nothing is flagged. `p` is for each flagged
 * metric the probability of such a difference by chance, corrected for the number of comparisons.
 */
export async function makeImpact(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const filter = { workload, ...(packages !== undefined && { packages }) };
  const groups = groupImpacts(await store.listCompared(filter), await store.listImpacts(filter));
  return {
    name: "impact",
    title: `What avoiding a feature changes, by ${workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "kind", title: "kind", kind: "text" },
      { key: "feature", title: "feature", kind: "text" },
      { key: "treatment", title: "treatment", kind: "text" },
      { key: "metricChange", title: "metric %", kind: "percent" },
      { key: "residentChange", title: "memory %", kind: "percent" },
      { key: "descriptorsChange", title: "descriptors %", kind: "percent" },
      { key: "flagged", title: "flagged", kind: "text" },
      { key: "pValues", title: "p", kind: "text" },
    ],
    rows: [...groups]
      .sort(compareGroups)
      .map(({ treatment, impacts }) => [
        ...[treatment.package, treatment.version, treatment.architecture],
        ...[treatment.kind, treatment.name, treatment.treatment],
        ...toCells(impacts),
      ]),
  };
}
