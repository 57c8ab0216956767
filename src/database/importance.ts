// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { FeatureKind } from "../analysis/feature.js";
import type { Tables, WorkloadKind } from "./tables.js";

/**
 * How many packages a feature matters to, in their newest versions. A package with several architectures counts once, conservatively.
 * (The API importance of Tsai et al., "A Study of Modern Linux API Usage and Compatibility", EuroSys 2016, without their weights.)
 */
export interface FeatureImportance {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly usedBy: number;
  readonly requiredBy: number;
  /** Packages that can do without it by stubbing alone, by faking alone, and in either way. */
  readonly stubbedBy: number;
  readonly fakedBy: number;
  readonly anyBy: number;
  /** Packages that were only observed: nothing is known about their need. */
  readonly unknownFor: number;
}

/** What a package's verdicts allow: 0 nothing, 1 a stub, 2 a fake, 3 either, 4 not known; of several, the least that all of them allow. */
const ALLOWED = sql`
  min(case verdict when 'stub' then 1 when 'any' then 1 when 'required' then 0 when 'fake' then 0 end)
  + 2 * min(case verdict when 'fake' then 1 when 'any' then 1 when 'required' then 0 when 'stub' then 0 end)`;

/** Importance of each feature for a kind of workload, the most often required first. */
export async function selectImportance(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
): Promise<readonly FeatureImportance[]> {
  const { rows } = await sql<FeatureImportance>`
    select kind, name, count(*) as "usedBy",
      count(case when allowed = 0 then 1 end) as "requiredBy",
      count(case when allowed = 1 then 1 end) as "stubbedBy",
      count(case when allowed = 2 then 1 end) as "fakedBy",
      count(case when allowed = 3 then 1 end) as "anyBy",
      count(case when allowed is null then 1 end) as "unknownFor"
    from (
      select kind, name, package, ${ALLOWED} as allowed
      from usage
      where workload = ${workload} and newest = true
      group by kind, name, package
    ) as needs
    group by kind, name
    order by "requiredBy" desc, "usedBy" desc, kind, name`.execute(kysely);
  return rows.map((row) => ({ ...row }));
}

/** How many packages have a measurement with features, for a kind of workload. */
export async function countPackages(kysely: Kysely<Tables>, workload: WorkloadKind): Promise<number> {
  const { packages } = await kysely
    .selectFrom("measurements")
    .select(({ fn }) => fn.count<number>("package").distinct().as("packages"))
    .where("workload", "=", workload)
    .where("outcome", "in", ["analyzed", "observed"])
    .executeTakeFirstOrThrow();
  return packages;
}
