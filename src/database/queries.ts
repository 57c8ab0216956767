// SPDX-License-Identifier: GPL-3.0-or-later
import type { Kysely } from "kysely";
import type { FeatureKind } from "../analysis/feature.js";
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

/** The features of a measurement, by kind and name. */
export async function selectFeatures(kysely: Kysely<Tables>, measurement: string): Promise<readonly Row<"features">[]> {
  const rows = await kysely
    .selectFrom("features")
    .selectAll()
    .where("measurement", "=", measurement)
    .orderBy("kind")
    .orderBy("name")
    .execute();
  const toBoolean = (value: boolean | 0 | 1 | null): boolean | null => (value === null ? null : Boolean(value));
  return rows.map((row) => ({ ...row, stub_works: toBoolean(row.stub_works), fake_works: toBoolean(row.fake_works) }));
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

/** What is known of a package in one version, architecture and kind of workload. */
export interface PackageUsage
  extends Pick<UsageRow, "package" | "origin" | "version" | "architecture" | "workload" | "newest"> {
  /** How many measurements this rests on. */
  readonly measurements: number;
  readonly features: readonly FeatureUsage[];
}

/** What its measurements together say about a feature. verdict null: it was only observed. */
export interface FeatureUsage extends Pick<UsageRow, "kind" | "name" | "number" | "verdict"> {
  /** Measurements that used it, that tried to do without it, and in which each treatment worked. */
  readonly usedIn: number;
  readonly judgedIn: number;
  readonly stubWorksIn: number;
  readonly fakeWorksIn: number;
}

/** Puts rows, in their order, together by package, version, architecture and workload. */
export function groupUsage(rows: readonly UsageRow[]): readonly PackageUsage[] {
  const groups = new Map<string, PackageUsage & { features: FeatureUsage[] }>();
  for (const row of rows) {
    const { origin, version, architecture, workload, newest, measurements } = row;
    const key = JSON.stringify([row.package, origin, version, architecture, workload]);
    const group = groups.get(key) ?? {
      ...{ package: row.package, origin, version, architecture, workload, newest, measurements },
      features: [],
    };
    groups.set(key, group);
    group.features.push({
      ...{ kind: row.kind, name: row.name, number: row.number, verdict: row.verdict },
      usedIn: row.used_in,
      judgedIn: row.judged_in,
      stubWorksIn: row.stub_works_in,
      fakeWorksIn: row.fake_works_in,
    });
  }
  return [...groups.values()];
}

/** The names of all packages with a measurement, in order. */
export async function selectPackages(kysely: Kysely<Tables>): Promise<readonly string[]> {
  const rows = await kysely.selectFrom("measurements").select("package").distinct().orderBy("package").execute();
  return rows.map((row) => row.package);
}

/** The binary packages of each package, sorted, as far as programs that ran are shipped by any. */
export async function selectBinaries(kysely: Kysely<Tables>): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await kysely
    .selectFrom("executables")
    .innerJoin("measurements", "measurements.measurement", "executables.measurement")
    .select(["measurements.package", "executables.binary_package"])
    .where("executables.binary_package", "is not", null)
    .distinct()
    .orderBy("measurements.package")
    .orderBy("executables.binary_package")
    .execute();
  const binaries = new Map<string, string[]>();
  for (const { package: name, binary_package: binary } of rows) {
    if (binary !== null) {
      binaries.set(name, [...(binaries.get(name) ?? []), binary]);
    }
  }
  return binaries;
}

/** The names of packages of which features of an older version are known, in order. */
export async function selectPackagesWithVersions(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
): Promise<readonly string[]> {
  const rows = await kysely
    .selectFrom("usage")
    .select("package")
    .distinct()
    .where("workload", "=", workload)
    .where("newest", "=", false)
    .orderBy("package")
    .execute();
  return rows.map((row) => row.package);
}
