// SPDX-License-Identifier: GPL-3.0-or-later
// All that is known of packages, as pages about them need it: some packages at a time, a few statements for all of them.
import type { Kysely } from "kysely";
import { compareText } from "../compare-text.js";
import type { MeasurementSummary } from "./queries.js";
import type { Row, Tables } from "./tables.js";

/** What is read of a feature: there are millions of them, and each column that nobody looks at takes its time. */
const FEATURE_COLUMNS = [
  ...(["measurement", "kind", "name", "number", "calls", "verdict"] as const),
  ...(["stub_works", "stub_reason", "fake_works", "fake_reason"] as const),
] as const;

export type FeatureDetails = Pick<Row<"features">, (typeof FEATURE_COLUMNS)[number]>;

/** One measurement with everything that was found by it. */
export interface MeasurementDetails extends MeasurementSummary {
  /** A newer version of the package was not measured, for this architecture and workload; false, too, where no feature is known. */
  readonly newest: boolean;
  /** By kind and name. */
  readonly features: readonly FeatureDetails[];
  /** By path. */
  readonly executables: readonly Row<"executables">[];
  readonly impacts: readonly Row<"impacts">[];
  /** Sets of features that are avoidable alone, but not together. */
  readonly conflicts: readonly (readonly string[])[];
  /** How many calls static analysis found; null where it was not made. */
  readonly staticCalls: { readonly binary: number | null; readonly source: number | null };
}

/** A package with its measurements, in the order of `selectMeasurements`. */
export interface PackageDetails {
  readonly name: string;
  readonly measurements: readonly MeasurementDetails[];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

function toBoolean(value: boolean | 0 | 1 | null): boolean | null {
  return value === null ? null : Boolean(value);
}

type Group = Pick<MeasurementSummary, "package" | "origin" | "version" | "architecture" | "workload">;

function keyOfGroup({ package: name, origin, version, architecture, workload }: Group): string {
  return JSON.stringify([name, origin, version, architecture, workload]);
}

async function selectNewest(kysely: Kysely<Tables>, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await kysely
    .selectFrom("usage")
    .select(["package", "origin", "version", "architecture", "workload"])
    .distinct()
    .where("package", "in", names)
    .where("newest", "=", true)
    .execute();
  return new Set(rows.map(keyOfGroup));
}

async function selectFeatureDetails(
  kysely: Kysely<Tables>,
  names: readonly string[],
): Promise<ReadonlyMap<string, FeatureDetails[]>> {
  const rows = await kysely
    .selectFrom("features")
    .select(FEATURE_COLUMNS)
    .where("measurement", "in", (measurements) =>
      measurements.selectFrom("measurements").select("measurements.measurement").where("package", "in", names),
    )
    .execute();
  for (const row of rows) {
    row.stub_works = toBoolean(row.stub_works);
    row.fake_works = toBoolean(row.fake_works);
  }
  return groupBy(rows as FeatureDetails[], ({ measurement }) => measurement);
}

/** The rows of a table that belong to measurements of these packages, grouped by measurement. */
async function selectRows<Table extends "executables" | "impacts" | "conflicts">(
  kysely: Kysely<Tables>,
  table: Table,
  names: readonly string[],
): Promise<ReadonlyMap<string, Row<Table>[]>> {
  const rows = await kysely
    .selectFrom(table as "impacts")
    .selectAll()
    .where("measurement", "in", (measurements) =>
      measurements.selectFrom("measurements").select("measurements.measurement").where("package", "in", names),
    )
    .execute();
  return groupBy(rows, ({ measurement }) => measurement) as unknown as ReadonlyMap<string, Row<Table>[]>;
}

async function selectStaticCounts(
  kysely: Kysely<Tables>,
  names: readonly string[],
): Promise<ReadonlyMap<string, MeasurementDetails["staticCalls"]>> {
  const rows = await kysely
    .selectFrom("static_features")
    .innerJoin("measurements", "measurements.measurement", "static_features.measurement")
    .select(({ fn }) => [
      "static_features.measurement",
      "static_features.method",
      fn.count<number | string>("static_features.name").distinct().as("calls"),
    ])
    .where("measurements.package", "in", names)
    .groupBy(["static_features.measurement", "static_features.method"])
    .execute();
  const counts = new Map<string, { binary: number | null; source: number | null }>();
  for (const { measurement, method, calls } of rows) {
    const found = counts.get(measurement) ?? { binary: null, source: null };
    counts.set(measurement, found);
    found[method] = Number(calls);
  }
  return counts;
}

function listConflicts(rows: readonly Row<"conflicts">[]): readonly (readonly string[])[] {
  const sets = groupBy(rows, ({ conflict }) => String(conflict));
  return [...sets.values()].map((set) => set.map(({ name }) => name).sort(compareText));
}

function byName<Item extends { readonly kind: string; readonly name: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((left, right) => compareText(left.kind, right.kind) || compareText(left.name, right.name));
}

/** All that is known of the named packages, in their order. A few hundred at once are a good number. */
export async function selectPackageDetails(
  kysely: Kysely<Tables>,
  names: readonly string[],
): Promise<readonly PackageDetails[]> {
  const summaries = await kysely.selectFrom("measurements").selectAll().where("package", "in", names).execute();
  const newest = await selectNewest(kysely, names);
  const features = await selectFeatureDetails(kysely, names);
  const executables = await selectRows(kysely, "executables", names);
  const impacts = await selectRows(kysely, "impacts", names);
  const conflicts = await selectRows(kysely, "conflicts", names);
  const statics = await selectStaticCounts(kysely, names);
  const measurements = summaries.map((summary): MeasurementDetails => {
    const { measurement } = summary;
    return {
      ...summary,
      newest: newest.has(keyOfGroup(summary)),
      features: byName(features.get(measurement) ?? []),
      executables: [...(executables.get(measurement) ?? [])].sort((left, right) => compareText(left.path, right.path)),
      impacts: byName(impacts.get(measurement) ?? []),
      conflicts: listConflicts(conflicts.get(measurement) ?? []),
      staticCalls: statics.get(measurement) ?? { binary: null, source: null },
    };
  });
  const byPackage = groupBy(measurements, (measured) => measured.package);
  return names.map((name) => ({ name, measurements: byPackage.get(name) ?? [] }));
}
