// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { StaticCounts } from "../database/static-counts.js";
import type { Store } from "../database/store.js";
import type { WorkloadKind } from "../database/tables.js";
import type { CountedPackage, VerdictCounts } from "../database/verdict-counts.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** Nothing is known of what is needed where a call was only observed. */
function countVerdict(verdicts: VerdictCounts, verdict: Verdict): number | null {
  return [...verdicts.keys()].every((known) => known === null) ? null : (verdicts.get(verdict) ?? 0);
}

/** The row of a package. */
export function compareCounts(
  { package: name, version, architecture, verdicts }: Omit<CountedPackage, "origin">,
  found: StaticCounts | undefined,
): readonly Cell[] {
  const used = [...verdicts.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...[name, version, architecture],
    ...[found?.source ?? null, found?.binary ?? null, used],
    ...(["required", "stub", "fake", "any"] as const).map((verdict) => countVerdict(verdicts, verdict)),
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
  const counted = await store.countVerdicts({ workload, kind: "syscall", ...(packages !== undefined && { packages }) });
  return describeComparison(
    workload,
    counted.map((one) => compareCounts(one, statics.get(one.package))),
  );
}
