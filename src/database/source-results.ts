// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import { compareText } from "../compare-text.js";
import { compareVersions } from "../debian/compare-versions.js";
import type { Tables } from "./tables.js";

/** Measurements whose rows are added up by one statement. */
const MEASUREMENTS_AT_ONCE = 500;

/** What becomes of the results of a function of the C library: places in the source of all packages together. */
export interface FunctionResults {
  readonly function: string;
  readonly syscall: string;
  readonly packages: number;
  readonly calls: number;
  readonly checked: number;
  readonly passedOn: number;
  readonly stored: number;
  readonly ignored: number;
}

/** Results by function, and of how many packages. */
export interface SourceResults {
  /** Packages whose source was looked at, with or without such a function in it. */
  readonly packages: number;
  readonly functions: readonly FunctionResults[];
}

interface SourceMeasurement {
  readonly measurement: string;
  readonly package: string;
  readonly version: string;
}

/** The newest version decides; of several measurements of it, which have the same source, the first by its identifier. */
function isBetter(candidate: SourceMeasurement, known: SourceMeasurement): boolean {
  const order =
    compareVersions(candidate.version, known.version) ||
    compareText(candidate.version, known.version) ||
    compareText(known.measurement, candidate.measurement);
  return order > 0;
}

/** One measurement of each package, so that a source counts once. */
async function chooseMeasurements(
  kysely: Kysely<Tables>,
  packages: readonly string[] | undefined,
): Promise<readonly string[]> {
  let query = kysely
    .selectFrom("measurements")
    .select(["measurement", "package", "version"])
    .where("source_files", "is not", null);
  if (packages !== undefined) {
    query = query.where("package", "in", packages);
  }
  const chosen = new Map<string, SourceMeasurement>();
  for (const row of await query.execute()) {
    const known = chosen.get(row.package);
    if (known === undefined || isBetter(row, known)) {
      chosen.set(row.package, row);
    }
  }
  return [...chosen.values()].map(({ measurement }) => measurement);
}

async function addUp(kysely: Kysely<Tables>, measurements: readonly string[]): Promise<readonly FunctionResults[]> {
  const { rows } = await sql<Record<"function" | "syscall", string> & Record<string, number | string>>`
    select function, syscall, count(*) as packages, sum(calls) as calls, sum(checked) as checked,
      sum(passed_on) as passed_on, sum(stored) as stored, sum(ignored) as ignored
    from source_results where measurement in (${sql.join(measurements)})
    group by function, syscall`.execute(kysely);
  return rows.map((row) => ({
    function: row.function,
    syscall: row.syscall,
    packages: Number(row.packages),
    calls: Number(row.calls),
    checked: Number(row.checked),
    passedOn: Number(row.passed_on),
    stored: Number(row.stored),
    ignored: Number(row.ignored),
  }));
}

function addResults(left: FunctionResults, right: FunctionResults): FunctionResults {
  return {
    ...left,
    packages: left.packages + right.packages,
    calls: left.calls + right.calls,
    checked: left.checked + right.checked,
    passedOn: left.passedOn + right.passedOn,
    stored: left.stored + right.stored,
    ignored: left.ignored + right.ignored,
  };
}

/** Adds up what the sources of packages (default: of all) do with results, each in its newest version. In no order. */
export async function selectSourceResults(
  kysely: Kysely<Tables>,
  packages: readonly string[] | undefined,
): Promise<SourceResults> {
  const measurements = await chooseMeasurements(kysely, packages);
  const sums = new Map<string, FunctionResults>();
  for (let start = 0; start < measurements.length; start += MEASUREMENTS_AT_ONCE) {
    for (const found of await addUp(kysely, measurements.slice(start, start + MEASUREMENTS_AT_ONCE))) {
      const key = JSON.stringify([found.function, found.syscall]);
      const known = sums.get(key);
      sums.set(key, known === undefined ? found : addResults(known, found));
    }
  }
  return { packages: measurements.length, functions: [...sums.values()] };
}
