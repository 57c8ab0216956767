// SPDX-License-Identifier: GPL-3.0-or-later
import { gzipSync } from "node:zlib";
import { CompiledQuery, type Transaction } from "kysely";
import { compareText } from "../compare-text.js";
import { compareVersions } from "../debian/compare-versions.js";
import { type CombinedUsage, combineUsage, type Evidence } from "./combine-usage.js";
import type { Connection } from "./connection.js";
import { readNeeds, toNeeds, updateImportance } from "./importance.js";
import { insertRows } from "./insert-rows.js";
import type { Measurement } from "./measurement.js";
import type { Row, Tables } from "./tables.js";

/** unchanged: the database has this very measurement. */
export type MergeResult = "added" | "unchanged";

type Summary = Row<"measurements">;

/** Whether the features are known: a failed run has seen nothing, or not all. */
function hasFeatures({ outcome }: Summary): boolean {
  return outcome === "analyzed" || outcome === "observed";
}

/** Another measurement of the same package and kind of workload whose features are known. */
type Sibling = Pick<Summary, "measurement" | "origin" | "version" | "architecture">;

async function readSiblings(
  connection: Connection,
  transaction: Transaction<Tables>,
  summary: Summary,
): Promise<readonly Sibling[]> {
  // Asked for each manifest: written out, because building it takes longer than its answer.
  const [name, workload, measurement] = [1, 2, 3].map((number) => connection.placeholder(number));
  const statement = `select measurement, origin, version, architecture from measurements
    where package = ${name} and workload = ${workload} and measurement != ${measurement} and outcome in ('analyzed', 'observed')`;
  const values = [summary.package, summary.workload, summary.measurement];
  return (await transaction.executeQuery(CompiledQuery.raw(statement, values))).rows as Sibling[];
}

async function readEvidence(
  transaction: Transaction<Tables>,
  siblings: readonly Sibling[],
): Promise<readonly Evidence[][]> {
  const lists: Evidence[][] = [];
  for (const { measurement } of siblings) {
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

/** No sibling is of a newer version; equally new ones go by their text. */
function isNewest({ version }: Summary, siblings: readonly Sibling[]): boolean {
  return siblings.every(
    (other) => (compareVersions(version, other.version) || compareText(version, other.version)) >= 0,
  );
}

function toUsage(summary: Summary, combined: readonly CombinedUsage[], newest: boolean): readonly Row<"usage">[] {
  const { package: name, origin, version, architecture, workload } = summary;
  return combined.map((usage) => ({ package: name, origin, version, architecture, workload, ...usage, newest }));
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

/** Brings what is derived from a package's measurements to what all of them say, when one has been added. */
async function updateDerived(
  connection: Connection,
  transaction: Transaction<Tables>,
  measurement: Measurement,
): Promise<void> {
  const { summary, features } = measurement;
  const siblings = await readSiblings(connection, transaction, summary);
  if (siblings.length === 0) {
    const combined = combineUsage([features]);
    await insertRows(connection, transaction, "usage", toUsage(summary, combined, true));
    await updateImportance(connection, transaction, summary.workload, toNeeds([]), toNeeds(combined));
    return;
  }
  const before = await readNeeds(transaction, summary);
  const versions = siblings.filter(
    ({ origin, architecture }) => origin === summary.origin && architecture === summary.architecture,
  );
  const newest = isNewest(summary, versions);
  if (newest) {
    await markOlder(transaction, summary);
  }
  await removeUsage(transaction, summary);
  const others = await readEvidence(
    transaction,
    versions.filter(({ version }) => version === summary.version),
  );
  await insertRows(connection, transaction, "usage", toUsage(summary, combineUsage([features, ...others]), newest));
  await updateImportance(connection, transaction, summary.workload, before, await readNeeds(transaction, summary));
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
  if ((await insertRows(connection, transaction, "measurements", [summary], "on conflict do nothing")) === 0) {
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
  await insertRows(connection, transaction, "source_results", measurement.sourceResults);
  if (hasFeatures(summary)) {
    await updateDerived(connection, transaction, measurement);
  }
  return "added";
}
