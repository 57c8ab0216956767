// SPDX-License-Identifier: GPL-3.0-or-later
import type { Kysely } from "kysely";
import type { MeasurementSummary } from "./queries.js";
import type { Row, Tables, WorkloadKind } from "./tables.js";

/** An impact of a treatment in a measurement. */
export type ImpactRow = Row<"impacts"> & Pick<MeasurementSummary, "package" | "version" | "architecture">;

/** A treatment that works, of a measurement in which impacts were compared. */
export type ComparedTreatment = Pick<ImpactRow, "measurement" | "kind" | "name" | "treatment"> &
  Pick<MeasurementSummary, "package" | "version" | "architecture">;

/** Whose impacts. */
export interface ImpactFilter {
  readonly workload: WorkloadKind;
  /** Default: all. */
  readonly packages?: readonly string[];
}

/** What treatments change, ordered by package, version and so on, then by feature, treatment and metric. */
export async function selectImpacts(
  kysely: Kysely<Tables>,
  { workload, packages }: ImpactFilter,
): Promise<readonly ImpactRow[]> {
  let query = kysely
    .selectFrom("impacts")
    .innerJoin("measurements", "measurements.measurement", "impacts.measurement")
    .selectAll("impacts")
    .select(["measurements.package", "measurements.version", "measurements.architecture"])
    .where("measurements.workload", "=", workload);
  if (packages !== undefined) {
    query = query.where("measurements.package", "in", packages);
  }
  return query
    .orderBy("measurements.package")
    .orderBy("measurements.origin")
    .orderBy("measurements.version")
    .orderBy("measurements.architecture")
    .orderBy("impacts.measurement")
    .orderBy("impacts.kind")
    .orderBy("impacts.name")
    .orderBy("impacts.treatment")
    .orderBy("impacts.metric")
    .execute();
}

/** The treatments that were compared with the baseline and work, in the same order; those without an impact are among them. */
export async function selectCompared(
  kysely: Kysely<Tables>,
  { workload, packages }: ImpactFilter,
): Promise<readonly ComparedTreatment[]> {
  let query = kysely
    .selectFrom("features")
    .innerJoin("measurements", "measurements.measurement", "features.measurement")
    .select(["features.measurement", "features.kind", "features.name", "features.stub_works", "features.fake_works"])
    .select(["measurements.package", "measurements.version", "measurements.architecture"])
    .where("measurements.workload", "=", workload)
    .where("measurements.impacts_compared", "is not", null);
  if (packages !== undefined) {
    query = query.where("measurements.package", "in", packages);
  }
  const rows = await query
    .orderBy("measurements.package")
    .orderBy("measurements.origin")
    .orderBy("measurements.version")
    .orderBy("measurements.architecture")
    .orderBy("features.measurement")
    .orderBy("features.kind")
    .orderBy("features.name")
    .execute();
  return rows.flatMap(({ stub_works, fake_works, ...feature }) => [
    ...(fake_works ? [{ ...feature, treatment: "fake" as const }] : []),
    ...(stub_works ? [{ ...feature, treatment: "stub" as const }] : []),
  ]);
}
