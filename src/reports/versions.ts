// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";
import { type FeatureChange, followVersions, type VersionStep } from "./version-steps.js";

function toRow({ usage, previous, changes }: VersionStep): Cell[] {
  const calls = usage.features.filter(({ kind }) => kind === "syscall");
  const isJudged = calls.some(({ verdict }) => verdict !== null);
  const count = (...kinds: readonly FeatureChange["change"][]): number | null =>
    previous === undefined
      ? null
      : changes.filter(({ kind, change }) => kind === "syscall" && kinds.includes(change)).length;
  return [
    ...[usage.package, usage.version, usage.architecture, calls.length],
    isJudged ? calls.filter(({ verdict }) => verdict === "required").length : null,
    ...[count("added"), count("removed"), count("worse"), count("better", "other")],
  ];
}

/** How many system calls each version of a package uses and requires, on each architecture: the paper's Figure 8. */
export async function makeVersions(store: Store, selection: FigureSelection): Promise<Figure> {
  const rows: Cell[][] = [];
  for await (const steps of followVersions(store, selection)) {
    rows.push(...steps.map(toRow));
  }
  return {
    name: "versions",
    title: `System calls over the versions of packages, by their ${selection.workload}`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "used", title: "used", kind: "count" },
      { key: "required", title: "required", kind: "count" },
      { key: "added", title: "added", kind: "count" },
      { key: "removed", title: "removed", kind: "count" },
      { key: "worse", title: "worse", kind: "count" },
      { key: "better", title: "better or other", kind: "count" },
    ],
    rows,
  };
}
