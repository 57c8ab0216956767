// SPDX-License-Identifier: GPL-3.0-or-later
// All that is known of packages, as pages about them need it: some packages at a time, a few statements for all of them.

import { type Kysely, sql } from "kysely";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import { groupBy } from "../group-by.js";
import type { Connection } from "./connection.js";
import type { MeasurementSummary } from "./queries.js";
import type { Row, Tables } from "./tables.js";

/** What is read of a feature: there are millions of them, and each column that nobody looks at takes its time. */
const FEATURE_COLUMNS = [
  ...(["kind", "name", "number", "calls", "verdict"] as const),
  ...(["stub_works", "stub_reason", "fake_works", "fake_reason"] as const),
] as const;

export type FeatureDetails = Pick<Row<"features">, "measurement" | (typeof FEATURE_COLUMNS)[number]>;

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

/** The values of FEATURE_COLUMNS. */
type FeatureValues = readonly [
  ...[kind: FeatureKind, name: string, number: number | null, calls: number | null, verdict: Verdict | null],
  ...[
    stubWorks: boolean | 0 | 1 | null,
    stubReason: string | null,
    fakeWorks: boolean | 0 | 1 | null,
    fakeReason: string | null,
  ],
];

function toFeature(measurement: string, values: FeatureValues): FeatureDetails {
  const [kind, name, number, calls, verdict, stubWorks, stubReason, fakeWorks, fakeReason] = values;
  return {
    measurement,
    kind,
    name,
    number,
    calls,
    verdict,
    stub_works: toBoolean(stubWorks),
    stub_reason: stubReason,
    fake_works: toBoolean(fakeWorks),
    fake_reason: fakeReason,
  };
}

/**
 * The features of all measurements of these packages: one text for each measurement, which takes a third of the time of a row for each
 * feature.
 */
async function selectFeatureDetails(
  { kysely, engine }: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly FeatureDetails[]>> {
  const columns = sql.join(FEATURE_COLUMNS.map((column) => sql.ref(column)));
  const list =
    engine === "sqlite"
      ? sql<string>`json_group_array(json_array(${columns}))`
      : sql<string>`json_agg(json_build_array(${columns}))::text`;
  const rows = await kysely
    .selectFrom("features")
    .select(["measurement", list.as("list")])
    .where("measurement", "in", (measurements) =>
      measurements.selectFrom("measurements").select("measurements.measurement").where("package", "in", names),
    )
    .groupBy("measurement")
    .execute();
  return new Map(
    rows.map((row) => {
      const values = JSON.parse(row.list) as readonly FeatureValues[];
      return [row.measurement, values.map((own) => toFeature(row.measurement, own))];
    }),
  );
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
  connection: Connection,
  names: readonly string[],
): Promise<readonly PackageDetails[]> {
  const { kysely } = connection;
  const summaries = await kysely.selectFrom("measurements").selectAll().where("package", "in", names).execute();
  const newest = await selectNewest(kysely, names);
  const features = await selectFeatureDetails(connection, names);
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
