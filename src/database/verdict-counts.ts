// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import type { Row, Tables, WorkloadKind } from "./tables.js";

/** Whose verdicts are counted: those of packages in their newest versions. */
export interface VerdictFilter {
  readonly workload: WorkloadKind;
  readonly kind: FeatureKind;
  /** Default: all. */
  readonly packages?: readonly string[];
}

/** How many features have which verdict; null are those that were only observed. */
export type VerdictCounts = ReadonlyMap<Verdict | null, number>;

/** Counts the verdicts of features. */
export function countVerdicts(features: readonly { readonly verdict: Verdict | null }[]): VerdictCounts {
  const counts = new Map<Verdict | null, number>();
  for (const { verdict } of features) {
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts;
}

/** A package in one version and architecture with its verdicts, counted. */
export interface CountedPackage extends Pick<Row<"usage">, "package" | "origin" | "version" | "architecture"> {
  readonly verdicts: VerdictCounts;
}

/** Counts the verdicts of each package that has features of a kind, ordered by package, origin, version and architecture. */
export async function selectVerdictCounts(
  kysely: Kysely<Tables>,
  { workload, kind, packages }: VerdictFilter,
): Promise<readonly CountedPackage[]> {
  let query = kysely
    .selectFrom("usage")
    .select(["package", "origin", "version", "architecture", "verdict", sql<number | string>`count(*)`.as("features")])
    .where("newest", "=", true)
    .where("workload", "=", workload)
    .where("kind", "=", kind);
  if (packages !== undefined) {
    query = query.where("package", "in", packages);
  }
  const rows = await query
    .groupBy(["package", "origin", "version", "architecture", "verdict"])
    .orderBy("package")
    .orderBy("origin")
    .orderBy("version")
    .orderBy("architecture")
    .execute();
  const counted = new Map<string, CountedPackage & { verdicts: Map<Verdict | null, number> }>();
  for (const { verdict, features, ...described } of rows) {
    const key = JSON.stringify(Object.values(described));
    const group = counted.get(key) ?? { ...described, verdicts: new Map() };
    counted.set(key, group);
    group.verdicts.set(verdict, Number(features));
  }
  return [...counted.values()];
}
