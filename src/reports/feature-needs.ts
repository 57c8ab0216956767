// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { FeatureImportance } from "../database/importance.js";
import type { Store } from "../database/store.js";
import { type Cell, type FigureColumn, toPercent } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** What is told of each feature, beside its name. The second percentage is of the packages that use it and were analyzed. */
export const NEED_COLUMNS: readonly FigureColumn[] = [
  { key: "usedBy", title: "used by", kind: "count" },
  { key: "usedPercent", title: "%", kind: "percent" },
  { key: "requiredBy", title: "required by", kind: "count" },
  { key: "requiredPercent", title: "% of users", kind: "percent" },
  { key: "stubBy", title: "stub", kind: "count" },
  { key: "fakeBy", title: "fake", kind: "count" },
  { key: "anyBy", title: "any", kind: "count" },
  { key: "unknownFor", title: "unknown", kind: "count" },
];

function toCells(feature: FeatureImportance, packages: number): Cell[] {
  const { usedBy, requiredBy, stubBy, fakeBy, anyBy, unknownFor } = feature;
  return [
    ...[usedBy, toPercent(usedBy, packages), requiredBy, toPercent(requiredBy, usedBy - unknownFor)],
    ...[stubBy, fakeBy, anyBy, unknownFor],
  ];
}

/** Two cells that name a feature: what it belongs to, and itself. */
export type NameFeature = (name: string) => readonly [string, string];

/** Features of a kind with what is known of the need for them, and of how many packages. */
export interface FeatureNeeds {
  readonly packages: number;
  /** Two cells that name the feature, and those of NEED_COLUMNS. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Reads who uses and who needs each feature of a kind, sorted by the first cell of its name, the most used first. */
export async function readFeatureNeeds(
  store: Store,
  { workload, packages, architecture }: FigureSelection,
  kind: FeatureKind,
  nameFeature: NameFeature,
): Promise<FeatureNeeds> {
  const counts = await store.countNeeds({
    workload,
    kind,
    ...(packages !== undefined && { packages }),
    ...(architecture !== undefined && { architecture }),
  });
  const named = counts.features
    .map((feature) => ({ feature, names: nameFeature(feature.name) }))
    .sort(
      (left, right) =>
        compareText(left.names[0], right.names[0]) ||
        right.feature.usedBy - left.feature.usedBy ||
        compareText(left.names[1], right.names[1]),
    );
  return {
    packages: counts.packages,
    rows: named.map(({ feature, names }) => [...names, ...toCells(feature, counts.packages)]),
  };
}
