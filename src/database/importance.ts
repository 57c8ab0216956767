// SPDX-License-Identifier: GPL-3.0-or-later
import type { Kysely, Transaction } from "kysely";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import { compareText } from "../compare-text.js";
import { combineUsage, type Evidence } from "./combine-usage.js";
import type { Connection } from "./connection.js";
import { insertRows } from "./insert-rows.js";
import type { Row, Tables, WorkloadKind } from "./tables.js";

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
  readonly stubBy: number;
  readonly fakeBy: number;
  readonly anyBy: number;
  /** Packages that were only observed: nothing is known about their need. */
  readonly unknownFor: number;
}

/** What a package needs in its newest versions, over its architectures: verdicts by feature. */
export type Needs = ReadonlyMap<string, Evidence>;

/** Puts verdicts of several architectures and versions together, by feature. */
export function toNeeds(usage: readonly Evidence[]): Needs {
  return new Map(combineUsage([usage]).map((need) => [`${need.kind} ${need.name}`, need]));
}

/** Reads what a measurement's package needs for its kind of workload. */
export async function readNeeds(
  transaction: Kysely<Tables>,
  { package: name, workload }: Pick<Row<"measurements">, "package" | "workload">,
): Promise<Needs> {
  const rows = await transaction
    .selectFrom("usage")
    .select(["kind", "name", "number", "verdict"])
    .where("package", "=", name)
    .where("workload", "=", workload)
    .where("newest", "=", true)
    .execute();
  return toNeeds(rows);
}

type Counts = Omit<Row<"importance">, "workload" | "kind" | "name">;

const COLUMNS: Readonly<Record<Verdict | "unknown", keyof Counts>> = {
  required: "required_by",
  stub: "stub_by",
  fake: "fake_by",
  any: "any_by",
  unknown: "unknown_for",
};

const ADD = Object.values(COLUMNS)
  .concat("used_by")
  .map((column) => `${column} = importance.${column} + excluded.${column}`)
  .join(", ");

function add(counts: Counts, need: Evidence | undefined, sign: 1 | -1): Counts {
  if (need === undefined) {
    return counts;
  }
  const column = COLUMNS[need.verdict ?? "unknown"];
  return { ...counts, used_by: counts.used_by + sign, [column]: counts[column] + sign };
}

const NOTHING: Counts = { used_by: 0, required_by: 0, stub_by: 0, fake_by: 0, any_by: 0, unknown_for: 0 };

/** What a package adds to the importance of features when its needs change; nothing for what stays as it was. */
export function countDifferences(workload: WorkloadKind, before: Needs, after: Needs): readonly Row<"importance">[] {
  // In a fixed order: two transactions that update the same rows must not wait for each other.
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return keys.flatMap((key) => {
    const [earlier, later] = [before.get(key), after.get(key)];
    const named = later ?? earlier;
    if (named === undefined || (earlier !== undefined && earlier.verdict === later?.verdict)) {
      return [];
    }
    return [{ workload, kind: named.kind, name: named.name, ...add(add(NOTHING, earlier, -1), later, 1) }];
  });
}

/** Brings the importance of features up to date when the needs of a package have changed. */
export async function updateImportance(
  connection: Connection,
  transaction: Transaction<Tables>,
  workload: WorkloadKind,
  before: Needs,
  after: Needs,
): Promise<void> {
  const differences = countDifferences(workload, before, after);
  await insertRows(
    connection,
    transaction,
    "importance",
    differences,
    `on conflict (workload, kind, name) do update set ${ADD}`,
  );
  if (differences.some(({ used_by }) => used_by < 0)) {
    await transaction.deleteFrom("importance").where("workload", "=", workload).where("used_by", "=", 0).execute();
  }
}

/** Importance of each feature for a kind of workload, the most often required first. */
export async function selectImportance(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
): Promise<readonly FeatureImportance[]> {
  const rows = await kysely
    .selectFrom("importance")
    .selectAll()
    .where("workload", "=", workload)
    .orderBy("required_by", "desc")
    .orderBy("used_by", "desc")
    .orderBy("kind")
    .orderBy("name")
    .execute();
  return rows.map((row) => ({
    kind: row.kind,
    name: row.name,
    usedBy: row.used_by,
    requiredBy: row.required_by,
    stubBy: row.stub_by,
    fakeBy: row.fake_by,
    anyBy: row.any_by,
    unknownFor: row.unknown_for,
  }));
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
