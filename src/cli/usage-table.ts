// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";
import type { FeatureImportance } from "../database/importance.js";
import type { FeatureUsage, PackageUsage } from "../database/queries.js";
import type { WorkloadKind } from "../database/tables.js";
import { renderTable } from "./table.js";
import { cleanText } from "./terminal.js";

const ORDER: readonly (Verdict | null)[] = ["required", "fake", "stub", "any", null];

function renderFeature(usage: PackageUsage, feature: FeatureUsage): readonly string[] {
  const ratio = (count: number): string => (feature.judgedIn === 0 ? "-" : `${count}/${feature.judgedIn}`);
  return [
    cleanText(feature.name),
    feature.verdict ?? "-",
    `${feature.usedIn}/${usage.measurements}`,
    ratio(feature.stubWorksIn),
    ratio(feature.fakeWorksIn),
  ];
}

function summarize({ features }: PackageUsage): string {
  const count = (verdict: Verdict): number => features.filter((feature) => feature.verdict === verdict).length;
  const unknown = features.filter(({ verdict }) => verdict === null).length;
  const verdicts = `${count("required")} required, ${count("fake")} fake, ${count("stub")} stub, ${count("any")} any`;
  return `${features.length} features used: ${verdicts}${unknown > 0 ? `, ${unknown} only observed` : ""}`;
}

function describeUsage({ package: name, origin, version, architecture, workload, measurements }: PackageUsage): string {
  const words = [name, version, architecture, workload].filter((word) => word !== "").map(cleanText);
  const from = origin === "loupedb" ? " of a loupedb database" : "";
  return `${words.join(" ")} (${measurements} measurement${measurements === 1 ? "" : "s"}${from})`;
}

const USAGE_COLUMNS = [
  { title: "feature" },
  { title: "verdict" },
  { title: "used in", align: "right" },
  { title: "stub works in", align: "right" },
  { title: "fake works in", align: "right" },
] as const;

/** A table for each package, version, architecture and workload: verdicts, and how many measurements say so. Ends with a newline. */
export function renderUsageTables(packages: readonly PackageUsage[]): string {
  const tables = packages.map((usage) => {
    const rows = [...usage.features]
      .sort((left, right) => ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict))
      .map((feature) => renderFeature(usage, feature));
    return [describeUsage(usage), renderTable(USAGE_COLUMNS, rows), summarize(usage)].join("\n");
  });
  return `${tables.join("\n\n")}\n`;
}

const IMPORTANCE_COLUMNS = [
  { title: "feature" },
  ...["used by", "required", "fake", "stub", "any", "observed"].map((title) => ({ title, align: "right" as const })),
  { title: "% required", align: "right" },
] as const;

/** A table of how many packages each feature matters to. Ends with a newline. */
export function renderImportanceTable(
  workload: WorkloadKind,
  packages: number,
  features: readonly FeatureImportance[],
): string {
  const rows = features.map((feature) => [
    cleanText(feature.name),
    ...[feature.usedBy, feature.requiredBy, feature.fakeBy, feature.stubBy, feature.anyBy, feature.unknownFor].map(
      String,
    ),
    ((100 * feature.requiredBy) / packages).toFixed(1),
  ]);
  return `${workload}: ${packages} package${packages === 1 ? "" : "s"}\n${renderTable(IMPORTANCE_COLUMNS, rows)}\n`;
}
