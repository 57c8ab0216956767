// SPDX-License-Identifier: GPL-3.0-or-later
import { gzipSync } from "node:zlib";
import type { Transaction } from "kysely";
import { compareText } from "../compare-text.js";
import { compareVersions } from "../debian/compare-versions.js";
import { combineUsage, type Evidence } from "./combine-usage.js";
import type { Connection } from "./connection.js";
import { insertRows } from "./insert-rows.js";
import type { Measurement } from "./measurement.js";
import type { Row, Tables } from "./tables.js";

/** unchanged: the database has this very measurement. */
export type MergeResult = "added" | "unchanged";

type Summary = Row<"measurements">;

/** The outcomes whose features are known; a failed run has seen nothing, or not all. */
const WITH_FEATURES = ["analyzed", "observed"] as const;

function hasFeatures({ outcome }: Summary): boolean {
  return WITH_FEATURES.some((known) => known === outcome);
}

async function insertSummary(transaction: Transaction<Tables>, summary: Summary): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto("measurements")
    .values(summary)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** What the other measurements of the same package, version, architecture and kind of workload say. */
async function readOtherEvidence(transaction: Transaction<Tables>, summary: Summary): Promise<readonly Evidence[][]> {
  const others = await transaction
    .selectFrom("measurements")
    .select("measurement")
    .where("package", "=", summary.package)
    .where("origin", "=", summary.origin)
    .where("version", "=", summary.version)
    .where("architecture", "=", summary.architecture)
    .where("workload", "=", summary.workload)
    .where("outcome", "in", WITH_FEATURES)
    .where("measurement", "!=", summary.measurement)
    .execute();
  const lists: Evidence[][] = [];
  for (const { measurement } of others) {
    lists.push(
      await transaction
        .selectFrom("features")
        .select(["kind", "name", "number", "verdict"])
        .where("measurement", "=", measurement)
        .execute(),
    );
  }
  return lists;
}

/** The newest version of the package with features, for its architecture and workload; equally new ones go by their text. */
async function findNewestVersion(transaction: Transaction<Tables>, summary: Summary): Promise<string> {
  const rows = await transaction
    .selectFrom("measurements")
    .select("version")
    .distinct()
    .where("package", "=", summary.package)
    .where("origin", "=", summary.origin)
    .where("architecture", "=", summary.architecture)
    .where("workload", "=", summary.workload)
    .where("outcome", "in", WITH_FEATURES)
    .execute();
  return rows
    .map(({ version }) => version)
    .reduce((best, version) => ((compareVersions(version, best) || compareText(version, best)) > 0 ? version : best));
}

async function removeUsage(transaction: Transaction<Tables>, summary: Summary): Promise<void> {
  await transaction
    .deleteFrom("usage")
    .where("package", "=", summary.package)
    .where("origin", "=", summary.origin)
    .where("version", "=", summary.version)
    .where("architecture", "=", summary.architecture)
    .where("workload", "=", summary.workload)
    .execute();
}

async function markOlder(transaction: Transaction<Tables>, summary: Summary): Promise<void> {
  await transaction
    .updateTable("usage")
    .set({ newest: false })
    .where("package", "=", summary.package)
    .where("origin", "=", summary.origin)
    .where("architecture", "=", summary.architecture)
    .where("workload", "=", summary.workload)
    .where("version", "!=", summary.version)
    .where("newest", "=", true)
    .execute();
}

/** Brings the combined usage of a measurement's package and workload to what all its measurements say. */
async function updateUsage(
  connection: Connection,
  transaction: Transaction<Tables>,
  measurement: Measurement,
): Promise<void> {
  const { summary, features } = measurement;
  const others = await readOtherEvidence(transaction, summary);
  if (others.length > 0) {
    await removeUsage(transaction, summary);
  }
  const newest = (await findNewestVersion(transaction, summary)) === summary.version;
  if (newest) {
    await markOlder(transaction, summary);
  }
  const rows = combineUsage([features, ...others]).map((usage) => ({
    package: summary.package,
    origin: summary.origin,
    version: summary.version,
    architecture: summary.architecture,
    workload: summary.workload,
    ...usage,
    newest,
  }));
  await insertRows(connection, transaction, "usage", rows);
}

/**
 * Adds a measurement within a transaction. The result depends on the set of measurements alone, not on their order or on how
 * often each was added.
 */
export async function mergeMeasurement(
  connection: Connection,
  transaction: Transaction<Tables>,
  measurement: Measurement,
): Promise<MergeResult> {
  const { document, summary } = measurement;
  await connection.lockPackage(transaction, summary.package);
  if (!(await insertSummary(transaction, summary))) {
    return "unchanged";
  }
  const content = gzipSync(document.text);
  await insertRows(connection, transaction, "documents", [
    { measurement: summary.measurement, format: document.format, content },
  ]);
  await insertRows(connection, transaction, "features", measurement.features);
  await insertRows(connection, transaction, "executables", measurement.executables);
  await insertRows(connection, transaction, "impacts", measurement.impacts);
  await insertRows(connection, transaction, "conflicts", measurement.conflicts);
  await insertRows(connection, transaction, "static_features", measurement.staticFeatures);
  if (hasFeatures(summary)) {
    await updateUsage(connection, transaction, measurement);
  }
  return "added";
}
