// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import type { Row, Tables, WorkloadKind } from "./tables.js";

/** One manifest, or one run of a loupedb database, that was merged. */
export type MeasurementSummary = Row<"measurements">;

/** Which measurements: all that agree with everything that is given. */
export interface MeasurementFilter {
  readonly measurement?: string;
  readonly package?: string;
  readonly origin?: MeasurementSummary["origin"];
  readonly version?: string;
  readonly architecture?: string;
  readonly workload?: WorkloadKind;
  readonly buildinfo?: string;
}

/** Measurements, ordered by package, version and so on, never by when they were merged. */
export async function selectMeasurements(
  kysely: Kysely<Tables>,
  filter: MeasurementFilter,
): Promise<readonly MeasurementSummary[]> {
  const columns = Object.entries(filter) as [keyof MeasurementFilter, string | undefined][];
  let query = kysely.selectFrom("measurements").selectAll();
  for (const [column, value] of columns) {
    if (value !== undefined) {
      query = query.where(column, "=", value);
    }
  }
  return query
    .orderBy("package")
    .orderBy("origin")
    .orderBy("version")
    .orderBy("architecture")
    .orderBy("workload")
    .orderBy("measurement")
    .execute();
}

/** What all measurements of a package, version, architecture and workload together say about a feature. */
export interface UsageRow extends Omit<Row<"usage">, "newest"> {
  /** No newer version of the package was measured for this architecture and workload. */
  readonly newest: boolean;
}

/** Which usage: of the newest versions, or of those named. */
export interface UsageFilter {
  /** Default: all. */
  readonly packages?: readonly string[];
  /** Default: the newest of each package, architecture and workload; "all": each. */
  readonly version?: string | "all";
  readonly architecture?: string;
  readonly workload?: WorkloadKind;
  readonly kinds?: readonly FeatureKind[];
}

/** Usage, ordered by package, origin, version, architecture, workload, kind and name. */
export async function selectUsage(kysely: Kysely<Tables>, filter: UsageFilter): Promise<readonly UsageRow[]> {
  let query = kysely.selectFrom("usage").selectAll();
  if (filter.packages !== undefined) {
    query = query.where("package", "in", filter.packages);
  }
  if (filter.version === undefined) {
    query = query.where("newest", "=", true);
  } else if (filter.version !== "all") {
    query = query.where("version", "=", filter.version);
  }
  if (filter.architecture !== undefined) {
    query = query.where("architecture", "=", filter.architecture);
  }
  if (filter.workload !== undefined) {
    query = query.where("workload", "=", filter.workload);
  }
  if (filter.kinds !== undefined) {
    query = query.where("kind", "in", filter.kinds);
  }
  const rows = await query
    .orderBy("package")
    .orderBy("origin")
    .orderBy("version")
    .orderBy("architecture")
    .orderBy("workload")
    .orderBy("kind")
    .orderBy("name")
    .execute();
  return rows.map((row) => ({ ...row, newest: Boolean(row.newest) }));
}

/** How many packages a feature matters to, in their newest versions. A package with several architectures counts once. */
export interface FeatureImportance {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly usedBy: number;
  /** Packages in which some measurement says that it is required. */
  readonly requiredBy: number;
  /** Packages that only observed it, so that nothing is known about a need. */
  readonly unknownFor: number;
}

/** Importance of each feature for a kind of workload, the most often required first. */
export async function selectImportance(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
): Promise<readonly FeatureImportance[]> {
  const { rows } = await sql<FeatureImportance>`
    select kind, name, count(*) as "usedBy", sum(required) as "requiredBy", sum(unknown) as "unknownFor"
    from (
      select kind, name, package,
        max(case when verdict = 'required' then 1 else 0 end) as required,
        min(case when verdict is null then 1 else 0 end) as unknown
      from usage
      where workload = ${workload} and newest = true
      group by kind, name, package
    ) as needs
    group by kind, name
    order by sum(required) desc, count(*) desc, kind, name`.execute(kysely);
  return rows;
}

/** A usage row's verdict in the words of the command line. */
export type UsageVerdict = Verdict | "observed";
