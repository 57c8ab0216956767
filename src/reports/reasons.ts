// SPDX-License-Identifier: GPL-3.0-or-later
import type { AnalyzedMeasurement, RequiredFeature } from "../database/required-features.js";
import type { Store } from "../database/store.js";
import type { WorkloadKind } from "../database/tables.js";
import type { Cell, Figure, FigureStream } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** What the reasons are, without any. */
export function describeReasons(workload: WorkloadKind): Omit<Figure, "rows"> {
  return {
    name: "reasons",
    title: `Why features are required, by ${workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "kind", title: "kind", kind: "text" },
      { key: "feature", title: "feature", kind: "text" },
      { key: "stubbed", title: "when it is stubbed", kind: "text" },
      { key: "faked", title: "when it is faked", kind: "text" },
    ],
  };
}

/** The reasons of one measurement: a row for each feature that is required. */
export function listReasons(
  { package: name, version, architecture, outcome }: Omit<AnalyzedMeasurement, "measurement">,
  features: readonly RequiredFeature[],
): readonly (readonly Cell[])[] {
  const required = outcome === "analyzed" ? features.filter(({ verdict }) => verdict === "required") : [];
  return required.map((feature) => [
    ...[name, version, architecture, feature.kind, feature.name],
    ...[feature.stub_reason, feature.fake_reason],
  ]);
}

async function* eachReason(store: Store, { workload, packages }: FigureSelection): FigureStream["batches"] {
  for await (const measurements of store.eachRequired(workload, packages)) {
    const rows = measurements.flatMap(([measured, features]) => listReasons(measured, features));
    if (rows.length > 0) {
      yield rows;
    }
  }
}

/** Why each required feature is required: what broke when it was stubbed, and when it was faked. */
export function streamReasons(store: Store, selection: FigureSelection): FigureStream {
  return { head: describeReasons(selection.workload), batches: eachReason(store, selection) };
}

/** The same with all rows at once. */
export async function makeReasons(store: Store, selection: FigureSelection): Promise<Figure> {
  const { head, batches } = streamReasons(store, selection);
  const rows: (readonly Cell[])[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      rows.push(row);
    }
  }
  return { ...head, rows };
}
