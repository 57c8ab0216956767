// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import type { PackageUsage } from "../database/queries.js";
import type { Store } from "../database/store.js";
import type { Cell, Figure } from "./figure.js";
import type { FigureSelection } from "./selection.js";

/** Nothing is known of what is needed where a call was only observed. */
function countVerdict({ features }: PackageUsage, verdict: Verdict): number | null {
  return features.every((feature) => feature.verdict === null)
    ? null
    : features.filter((feature) => feature.verdict === verdict).length;
}

/**
 * How many system calls each package may make by static analysis of its programs and of its sources, makes, and requires: the paper's
 * Figure 4. What is not required can be stubbed or faked.
 */
export async function makeComparison(store: Store, { workload, packages }: FigureSelection): Promise<Figure> {
  const statics = await store.countStaticCalls();
  const rows: Cell[][] = [];
  const chosen = packages === undefined ? undefined : new Set(packages);
  for await (const usage of store.eachPackage({ workload, kinds: ["syscall"] })) {
    if (chosen?.has(usage.package) ?? true) {
      const found = statics.get(usage.package);
      rows.push([
        ...[usage.package, usage.version, usage.architecture],
        ...[found?.source ?? null, found?.binary ?? null, usage.features.length],
        ...(["required", "stub", "fake", "any"] as const).map((verdict) => countVerdict(usage, verdict)),
      ]);
    }
  }
  rows.sort((left, right) => compareText(left.slice(0, 3).join("\0"), right.slice(0, 3).join("\0")));
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
    rows,
  };
}
