// SPDX-License-Identifier: GPL-3.0-or-later

import type { Kysely } from "kysely";
import { groupBy } from "../group-by.js";
import type { Row, Tables, WorkloadKind } from "./tables.js";

/** A measurement with verdicts, and the package that it is of. */
export type AnalyzedMeasurement = Pick<
  Row<"measurements">,
  "measurement" | "package" | "version" | "architecture" | "outcome"
>;

/** What is asked of a feature that is required: why. */
export type RequiredFeature = Pick<Row<"features">, "kind" | "name" | "verdict" | "stub_reason" | "fake_reason">;

/** The measurements with verdicts, in the order of `selectMeasurements`. */
export async function selectAnalyzed(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
): Promise<readonly AnalyzedMeasurement[]> {
  return kysely
    .selectFrom("measurements")
    .select(["measurement", "package", "version", "architecture", "outcome"])
    .where("workload", "=", workload)
    .where("outcome", "=", "analyzed")
    .orderBy("package")
    .orderBy("origin")
    .orderBy("version")
    .orderBy("architecture")
    .orderBy("measurement")
    .execute();
}

/** The features that are required in each of some measurements, by kind and name. */
export async function selectRequired(
  kysely: Kysely<Tables>,
  measurements: readonly string[],
): Promise<ReadonlyMap<string, readonly RequiredFeature[]>> {
  const rows = await kysely
    .selectFrom("features")
    .select(["measurement", "kind", "name", "verdict", "stub_reason", "fake_reason"])
    .where("measurement", "in", measurements)
    .where("verdict", "=", "required")
    .orderBy("measurement")
    .orderBy("kind")
    .orderBy("name")
    .execute();
  return groupBy(rows, ({ measurement }) => measurement);
}
