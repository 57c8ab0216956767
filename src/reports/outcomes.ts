// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { MeasurementSummary } from "../database/queries.js";
import type { Store } from "../database/store.js";
import type { Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

function firstLine({ reason }: MeasurementSummary): string {
  return reason?.split("\n")[0] ?? "";
}

/** The reason that is given most often, the first of the alphabet among equals. */
function mostFrequentReason(measurements: readonly MeasurementSummary[]): string {
  const counts = new Map<string, number>();
  for (const reason of measurements.map(firstLine).filter((text) => text !== "")) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([a, left], [b, right]) => right - left || compareText(a, b))[0]?.[0] ?? "";
}

/** What became of all measurements: analyzed, without tests, failing by themselves, and so on, with the reason given most often. */
export async function makeOutcomes(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const chosen = packages === undefined ? undefined : new Set(packages);
  const groups = new Map<string, MeasurementSummary[]>();
  for (const measurement of await store.listMeasurements({ workload })) {
    if (chosen?.has(measurement.package) ?? true) {
      const group = groups.get(measurement.outcome) ?? [];
      groups.set(measurement.outcome, group);
      group.push(measurement);
    }
  }
  return {
    name: "outcomes",
    title: `Outcomes of measurements by ${workload}`,
    columns: [
      { key: "outcome", title: "outcome", kind: "text" },
      { key: "measurements", title: "measurements", kind: "count" },
      { key: "packages", title: "packages", kind: "count" },
      { key: "reason", title: "most often because", kind: "text" },
    ],
    rows: [...groups]
      .sort(([a, left], [b, right]) => right.length - left.length || compareText(a, b))
      .map(([outcome, group]) => [
        outcome,
        group.length,
        new Set(group.map((measurement) => measurement.package)).size,
        mostFrequentReason(group),
      ]),
  };
}
