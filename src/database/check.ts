// SPDX-License-Identifier: GPL-3.0-or-later
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { sql } from "kysely";
import { compareText } from "../compare-text.js";
import { compareVersions } from "../debian/compare-versions.js";
import { describeCause } from "../describe-cause.js";
import { combineUsage, type Evidence } from "./combine-usage.js";
import { describeDocument, listRows } from "./describe-document.js";
import { identify, type Measurement } from "./measurement.js";
import type { PackageUsage } from "./queries.js";
import type { Store } from "./store.js";
import { type Row, WORKLOAD_KINDS, type WorkloadKind } from "./tables.js";

/** What a check found. */
export interface CheckResult {
  readonly measurements: number;
  readonly problems: number;
}

/** Rows as texts in an order of their own, equal for equal rows on both engines. */
function normalize(rows: readonly object[]): readonly string[] {
  const show = (_name: string, value: unknown): unknown => (typeof value === "boolean" ? Number(value) : value);
  return rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row).sort(([left], [right]) => compareText(left, right)),
        show,
      ),
    )
    .sort();
}

async function readDocument(store: Store, measurement: string): Promise<Measurement | string> {
  const row = await store.connection.kysely
    .selectFrom("documents")
    .selectAll()
    .where("measurement", "=", measurement)
    .executeTakeFirst();
  if (row === undefined) {
    return "its document is missing";
  }
  try {
    const text = gunzipSync(row.content).toString();
    return identify(text) === measurement ? describeDocument(row.format, text) : "its document is another one";
  } catch (cause) {
    return `its document cannot be read: ${describeCause(cause)}`;
  }
}

/** The tables whose rows are not those that the document gives. */
async function findDifferences(store: Store, described: Measurement): Promise<readonly string[]> {
  const different: string[] = [];
  for (const [table, rows] of Object.entries(listRows(described))) {
    const stored =
      await sql<object>`select * from ${sql.table(table)} where measurement = ${described.summary.measurement}`.execute(
        store.connection.kysely,
      );
    if (!isDeepStrictEqual(normalize(stored.rows), normalize(rows))) {
      different.push(table);
    }
  }
  return different;
}

/** What is to be known of a package: its measurements by version, architecture and workload. */
type Expected = Map<string, { readonly key: Row<"measurements">; readonly evidence: (readonly Evidence[])[] }>;

function toKey(row: Pick<Row<"usage">, "origin" | "version" | "architecture" | "workload">): string {
  return JSON.stringify([row.origin, row.version, row.architecture, row.workload]);
}

function isNewest({ key }: { readonly key: Row<"measurements"> }, expected: Expected): boolean {
  return [...expected.values()].every(
    ({ key: other }) =>
      toKey({ ...key, version: "" }) !== toKey({ ...other, version: "" }) ||
      (compareVersions(key.version, other.version) || compareText(key.version, other.version)) >= 0,
  );
}

function checkUsage(name: string, expected: Expected, stored: readonly PackageUsage[]): readonly string[] {
  const problems: string[] = [];
  const byKey = new Map(stored.map((usage) => [toKey(usage), usage]));
  for (const [key, entry] of expected) {
    const usage = byKey.get(key);
    byKey.delete(key);
    const combined = combineUsage(entry.evidence);
    const newest = isNewest(entry, expected);
    const features = combined.map((feature) => ({
      ...{ kind: feature.kind, name: feature.name, number: feature.number, verdict: feature.verdict },
      usedIn: feature.used_in,
      judgedIn: feature.judged_in,
      stubWorksIn: feature.stub_works_in,
      fakeWorksIn: feature.fake_works_in,
    }));
    const agrees =
      isDeepStrictEqual(normalize(usage?.features ?? []), normalize(features)) &&
      (usage === undefined || (usage.newest === newest && usage.measurements === entry.evidence.length));
    if (!agrees) {
      problems.push(`${name} ${entry.key.version} ${entry.key.workload}: usage is not what its measurements say`);
    }
  }
  return [...problems, ...[...byKey.values()].map(({ version }) => `${name} ${version}: usage without a measurement`)];
}

async function checkPackage(store: Store, name: string): Promise<{ count: number; problems: readonly string[] }> {
  const problems: string[] = [];
  const expected: Expected = new Map();
  const summaries = await store.listMeasurements({ package: name });
  for (const { measurement } of summaries) {
    const described = await readDocument(store, measurement);
    if (typeof described === "string") {
      problems.push(`${name}, measurement ${measurement}: ${described}`);
      continue;
    }
    for (const table of await findDifferences(store, described)) {
      problems.push(
        `${name}, measurement ${measurement}: its rows in the table ${table} are not those of its document`,
      );
    }
    const { summary, features } = described;
    if (summary.outcome === "analyzed" || summary.outcome === "observed") {
      const entry = expected.get(toKey(summary)) ?? { key: summary, evidence: [] };
      expected.set(toKey(summary), entry);
      entry.evidence.push(features);
    }
  }
  const usage = await store.readPackages({ packages: [name], version: "all" });
  return { count: summaries.length, problems: [...problems, ...checkUsage(name, expected, usage)] };
}

async function isImportanceRight({ connection }: Store, workload: WorkloadKind): Promise<boolean> {
  const { rows } = await sql<object>`
    select kind, name, count(*) as used_by,
      count(case when allowed = 0 then 1 end) as required_by,
      count(case when allowed = 1 then 1 end) as stub_by,
      count(case when allowed = 2 then 1 end) as fake_by,
      count(case when allowed = 3 then 1 end) as any_by,
      count(case when allowed is null then 1 end) as unknown_for
    from (
      select kind, name, package,
        min(case verdict when 'stub' then 1 when 'any' then 1 when 'required' then 0 when 'fake' then 0 end)
        + 2 * min(case verdict when 'fake' then 1 when 'any' then 1 when 'required' then 0 when 'stub' then 0 end) as allowed
      from usage where workload = ${workload} and newest = true
      group by kind, name, package
    ) as needs
    group by kind, name`.execute(connection.kysely);
  const stored = await connection.kysely
    .selectFrom("importance")
    .select(["kind", "name", "used_by", "required_by", "stub_by", "fake_by", "any_by", "unknown_for"])
    .where("workload", "=", workload)
    .execute();
  return isDeepStrictEqual(normalize(rows), normalize(stored));
}

/**
 * Derives everything once more from the merged documents and compares. Each problem is told in a sentence. What is derived
 * can be made anew from the documents: "loupe db export manifests", then a merge into a new database.
 */
export async function checkDatabase(store: Store, report: (sentence: string) => void): Promise<CheckResult> {
  let [measurements, problems] = [0, 0];
  for (const name of await store.listPackages()) {
    const found = await checkPackage(store, name);
    measurements += found.count;
    problems += found.problems.length;
    found.problems.forEach(report);
  }
  for (const workload of WORKLOAD_KINDS) {
    if (!(await isImportanceRight(store, workload))) {
      problems++;
      report(`importance of features (${workload}) is not what usage says`);
    }
  }
  return { measurements, problems };
}
