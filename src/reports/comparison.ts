// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { PackageUsage } from "../database/queries.js";
import type { StaticCounts } from "../database/static-counts.js";
import type { Store } from "../database/store.js";
import type { WorkloadKind } from "../database/tables.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** A package in one version with the verdicts of the system calls that it makes. */
export interface ComparedPackage extends Pick<PackageUsage, "package" | "version" | "architecture"> {
  readonly features: readonly { readonly verdict: Verdict | null }[];
}

/** Nothing is known of what is needed where a call was only observed. */
function countVerdict({ features }: ComparedPackage, verdict: Verdict): number | null {
  return features.every((feature) => feature.verdict === null)
    ? null
    : features.filter((feature) => feature.verdict === verdict).length;
}

/** The row of a package. */
export function compareCounts(usage: ComparedPackage, found: StaticCounts | undefined): readonly Cell[] {
  return [
    ...[usage.package, usage.version, usage.architecture],
    ...[found?.source ?? null, found?.binary ?? null, usage.features.length],
    ...(["required", "stub", "fake", "any"] as const).map((verdict) => countVerdict(usage, verdict)),
  ];
}

/** The comparison with these rows, in their order. */
export function describeComparison(workload: WorkloadKind, rows: Figure["rows"]): Figure {
  const sorted = [...rows].sort((left, right) =>
    compareText(left.slice(0, 3).join("\0"), right.slice(0, 3).join("\0")),
  );
  return {
    name: "comparison",
    title: `System calls of packages, by their ${workload}: by static analysis, used, required`,
    columns: [
      { key: "package", title: "package", kind: "text" },
      { key: "version", title: "version", kind: "text" },
      { key: "architecture", title: "architecture", kind: "text" },
      { key: "staticSource", title: "in sources", kind: "count" },
      { key: "staticBinary", title: "in programs", kind: "count" },
      { key: "used", title: "used", kind: "count" },
      { key: "required", title: "required", kind: "count" },
      { key: "stub", title: "stub", kind: "count" },
      { key: "fake", title: "fake", kind: "count" },
      { key: "any", title: "any", kind: "count" },
    ],
    rows: sorted,
  };
}

/**
 * How many system calls each package may make by static analysis of its programs and of its sources, makes, and requires: the paper's
 * Figure 4. What is not required can be stubbed or faked.
 */
export async function makeComparison(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const statics = await store.countStaticCalls();
  const rows: (readonly Cell[])[] = [];
  const chosen = packages === undefined ? undefined : new Set(packages);
  for await (const usage of store.eachPackage({ workload, kinds: ["syscall"] })) {
    if (chosen?.has(usage.package) ?? true) {
      rows.push(compareCounts(usage, statics.get(usage.package)));
    }
  }
  return describeComparison(workload, rows);
}
