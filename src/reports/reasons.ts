// SPDX-License-Identifier: GPL-3.0-or-later
import type { MeasurementSummary } from "../database/queries.js";
import type { Store } from "../database/store.js";
import type { Row, WorkloadKind } from "../database/tables.js";
import type { Cell, Figure } from "./figure.js";
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
  { package: name, version, architecture, outcome }: MeasurementSummary,
  features: readonly Pick<Row<"features">, "kind" | "name" | "verdict" | "stub_reason" | "fake_reason">[],
): readonly (readonly Cell[])[] {
  const required = outcome === "analyzed" ? features.filter(({ verdict }) => verdict === "required") : [];
  return required.map((feature) => [
    ...[name, version, architecture, feature.kind, feature.name],
    ...[feature.stub_reason, feature.fake_reason],
  ]);
}

/** Why each required feature is required: what broke when it was stubbed, and when it was faked. */
export async function makeReasons(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const chosen = packages === undefined ? undefined : new Set(packages);
  const rows: (readonly Cell[])[] = [];
  for (const measured of await store.listMeasurements({ workload })) {
    if (measured.outcome === "analyzed" && (chosen?.has(measured.package) ?? true)) {
      rows.push(...listReasons(measured, await store.readFeatures(measured.measurement)));
    }
  }
  return { ...describeReasons(workload), rows };
}
