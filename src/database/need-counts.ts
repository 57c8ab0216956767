// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { FeatureKind } from "../analysis/feature.js";
import type { FeatureImportance } from "./importance.js";
import type { Tables, WorkloadKind } from "./tables.js";

/** Whose needs are counted: those of packages in their newest versions. */
export interface NeedFilter {
  readonly workload: WorkloadKind;
  readonly kind: FeatureKind;
  /** Default: all. */
  readonly packages?: readonly string[];
  /** As Debian names it; what has no architecture of its own counts as of this one. Default: all. */
  readonly architecture?: string;
}

/** How many packages need what. */
export interface NeedCounts {
  /** Packages of which features of this kind are known: one that was measured without asking for them is none. */
  readonly packages: number;
  /** By name. */
  readonly features: readonly FeatureImportance[];
}

function selectChosen({ workload, kind, packages, architecture }: NeedFilter) {
  const conditions = [sql`workload = ${workload}`, sql`newest = true`, sql`kind = ${kind}`];
  if (packages !== undefined) {
    conditions.push(packages.length === 0 ? sql`1 = 0` : sql`package in (${sql.join(packages)})`);
  }
  if (architecture !== undefined) {
    conditions.push(sql`architecture in (${architecture}, '')`);
  }
  return sql.join(conditions, sql` and `);
}

/**
 * Counts, for each feature of a kind, the packages that use and need it. The table of importance has the same for all packages;
 * this one counts some of them only, and reads all of their usage for it. A package counts once, over its architectures, conservatively
 * (as `combineUsage` does: the bits of `allowed` say whether stubbing and faking work everywhere).
 */
export async function selectNeedCounts(kysely: Kysely<Tables>, filter: NeedFilter): Promise<NeedCounts> {
  const chosen = selectChosen(filter);
  const { rows } = await sql<Record<"name", string> & Record<string, number | string>>`
    select name, count(*) as used_by,
      count(case when allowed = 0 then 1 end) as required_by,
      count(case when allowed = 1 then 1 end) as stub_by,
      count(case when allowed = 2 then 1 end) as fake_by,
      count(case when allowed = 3 then 1 end) as any_by,
      count(case when allowed is null then 1 end) as unknown_for
    from (
      select name, package,
        min(case verdict when 'stub' then 1 when 'any' then 1 when 'required' then 0 when 'fake' then 0 end)
        + 2 * min(case verdict when 'fake' then 1 when 'any' then 1 when 'required' then 0 when 'stub' then 0 end) as allowed
      from usage where ${chosen} group by name, package
    ) as needs
    group by name order by name`.execute(kysely);
  const counted = await sql<{ packages: number | string }>`
    select count(distinct package) as packages from usage where ${chosen}`.execute(kysely);
  return {
    packages: Number(counted.rows[0]?.packages ?? 0),
    features: rows.map((row) => ({
      kind: filter.kind,
      name: row.name,
      usedBy: Number(row.used_by),
      requiredBy: Number(row.required_by),
      stubBy: Number(row.stub_by),
      fakeBy: Number(row.fake_by),
      anyBy: Number(row.any_by),
      unknownFor: Number(row.unknown_for),
    })),
  };
}
