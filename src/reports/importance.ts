// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import type { WorkloadKind } from "../database/tables.js";
import { type Figure, toPercent } from "./figure.js";

/**
 * How many packages use each feature, and how many require it: the paper's Figure 3. Percentages are of the packages that were
 * measured by such a workload.
 */
export async function makeImportance(store: Store, workload: WorkloadKind): Promise<Figure> {
  const packages = await store.countPackages(workload);
  const features = await store.readImportance(workload);
  return {
    name: "importance",
    title: `API importance: ${packages} packages by their ${workload}`,
    columns: [
      { key: "kind", title: "kind", kind: "text" },
      { key: "feature", title: "feature", kind: "text" },
      { key: "usedBy", title: "used by", kind: "count" },
      { key: "usedPercent", title: "%", kind: "percent" },
      { key: "requiredBy", title: "required by", kind: "count" },
      { key: "requiredPercent", title: "%", kind: "percent" },
      { key: "stubBy", title: "stub", kind: "count" },
      { key: "fakeBy", title: "fake", kind: "count" },
      { key: "anyBy", title: "any", kind: "count" },
      { key: "unknownFor", title: "unknown", kind: "count" },
    ],
    rows: features.map((feature) => [
      feature.kind,
      feature.name,
      feature.usedBy,
      toPercent(feature.usedBy, packages),
      feature.requiredBy,
      toPercent(feature.requiredBy, packages),
      feature.stubBy,
      feature.fakeBy,
      feature.anyBy,
      feature.unknownFor,
    ]),
  };
}
