// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureImportance } from "../database/importance.js";
import type { Store } from "../database/store.js";
import { listSyscalls } from "../tracing/syscall-table.js";
import { type Cell, type Figure, toPercent } from "./figure.js";
import { DEFAULT_ARCHITECTURE, type FigureSelection, KERNEL_ARCHITECTURES } from "./selection.js";

/**
 * The system call table with the share of packages that use and that require each call: the paper's Figure 5. The table is whole, so that
 * the calls that nobody uses are seen, too; calls that are used and not in it come last.
 */
export async function makeHeatMap(
  store: Store,
  { workload, packages, architecture = DEFAULT_ARCHITECTURE }: FigureSelection,
): Promise<Figure> {
  const counts = await store.countNeeds({
    workload,
    kind: "syscall",
    architecture,
    ...(packages !== undefined && { packages }),
  });
  const table = listSyscalls(KERNEL_ARCHITECTURES[architecture]);
  const found = new Map(counts.features.map((feature) => [feature.name, feature]));
  const toRow = (number: number | null, name: string, feature: FeatureImportance | undefined): Cell[] => [
    number,
    name,
    feature?.usedBy ?? 0,
    toPercent(feature?.usedBy ?? 0, counts.packages),
    feature?.requiredBy ?? 0,
    toPercent(feature?.requiredBy ?? 0, counts.packages),
    feature?.unknownFor ?? 0,
  ];
  const known = table.map(({ number, name }) => toRow(number, name, found.get(name)));
  const names = new Set(table.map(({ name }) => name));
  const others = counts.features.filter(({ name }) => !names.has(name));
  return {
    name: "heat-map",
    title: `The system calls of ${architecture}, and how many of ${counts.packages} packages use and require them by their ${workload}`,
    columns: [
      { key: "number", title: "number", kind: "count" },
      { key: "syscall", title: "system call", kind: "text" },
      { key: "usedBy", title: "used by", kind: "count" },
      { key: "usedPercent", title: "%", kind: "percent" },
      { key: "requiredBy", title: "required by", kind: "count" },
      { key: "requiredPercent", title: "%", kind: "percent" },
      { key: "unknownFor", title: "unknown", kind: "count" },
    ],
    rows: counts.packages === 0 ? [] : [...known, ...others.map((feature) => toRow(null, feature.name, feature))],
  };
}
