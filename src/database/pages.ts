// SPDX-License-Identifier: GPL-3.0-or-later
// Queries whose answers come in pages, so that each of them costs little, however much the database holds.
import { type Kysely, sql } from "kysely";
import type { FeatureKind, Verdict } from "../analysis/feature.js";
import type { MeasurementFilter, MeasurementSummary, UsageRow } from "./queries.js";
import type { Tables, WorkloadKind } from "./tables.js";

/** Which part of an answer: at most `limit` entries behind `after`; the first page is behind nothing. */
export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}

/** A part of an answer. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** What the next page is behind; undefined: there is none. */
  readonly next: string | undefined;
}

/** Which measurements; those of any outcome by default. */
export interface MeasurementPageFilter extends MeasurementFilter {
  readonly package: string;
  readonly outcome?: MeasurementSummary["outcome"];
}

/** A feature, and which of its users. */
export interface FeatureUserFilter {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly workload?: WorkloadKind;
  readonly verdict?: Verdict;
}

/** What a package's newest version needs of a feature, on one architecture and for one kind of workload. */
export type FeatureUser = Pick<
  UsageRow,
  "package" | "origin" | "version" | "architecture" | "workload" | "verdict" | "measurements" | "used_in" | "judged_in"
>;

/** One entry more than wanted was asked for: whether it is there tells whether there is another page. */
function toPage<Entry>(rows: readonly Entry[], limit: number, cursor: (entry: Entry) => string): Page<Entry> {
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last !== undefined ? cursor(last) : undefined };
}

/** For LIKE: what the words themselves have of its special characters stands for itself. */
function toPattern(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
}

/** Names of measured packages, in order; of those only that have `containing` in them, whatever its case. */
export async function selectPackagePage(
  kysely: Kysely<Tables>,
  { after = "", limit }: PageRequest,
  containing = "",
): Promise<Page<string>> {
  let query = kysely.selectFrom("measurements").select("package").distinct().where("package", ">", after);
  if (containing !== "") {
    query = query.where(sql<boolean>`lower(package) like ${toPattern(containing)} escape '\\'`);
  }
  const rows = await query
    .orderBy("package")
    .limit(limit + 1)
    .execute();
  return toPage(
    rows.map((row) => row.package),
    limit,
    (name) => name,
  );
}

/** Measurements of a package, in the order of their identifiers. */
export async function selectMeasurementPage(
  kysely: Kysely<Tables>,
  filter: MeasurementPageFilter,
  { after = "", limit }: PageRequest,
): Promise<Page<MeasurementSummary>> {
  let query = kysely.selectFrom("measurements").selectAll().where("measurement", ">", after);
  for (const [column, value] of Object.entries(filter) as [keyof MeasurementPageFilter, string | undefined][]) {
    if (value !== undefined) {
      query = query.where(column, "=", value);
    }
  }
  const rows = await query
    .orderBy("measurement")
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, ({ measurement }) => measurement);
}

/** Features that some package uses and that have `containing` in their names, by kind and name; the first ones. */
export async function searchFeatures(
  kysely: Kysely<Tables>,
  containing: string,
  limit: number,
): Promise<readonly { readonly kind: FeatureKind; readonly name: string }[]> {
  return kysely
    .selectFrom("importance")
    .select(["kind", "name"])
    .distinct()
    .where(sql<boolean>`lower(name) like ${toPattern(containing)} escape '\\'`)
    .orderBy("kind")
    .orderBy("name")
    .limit(limit)
    .execute();
}

/**
 * Users of a feature among the next `limit` packages, in the order of their names: a page may have none and yet not be the last one. There
 * is no index by feature (migrations/0001-measurements.ts), and looking for the users of a rare one takes longer the more packages there are.
 */
export async function selectFeatureUsers(
  kysely: Kysely<Tables>,
  { kind, name, workload, verdict }: FeatureUserFilter,
  request: PageRequest,
): Promise<Page<FeatureUser>> {
  const packages = await selectPackagePage(kysely, request);
  const last = packages.entries.at(-1);
  if (last === undefined) {
    return { entries: [], next: undefined };
  }
  let query = kysely
    .selectFrom("usage")
    .select(["package", "origin", "version", "architecture", "workload", "verdict"])
    .select(["measurements", "used_in", "judged_in"])
    .where("package", ">", request.after ?? "")
    .where("package", "<=", last)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("newest", "=", true);
  if (workload !== undefined) {
    query = query.where("workload", "=", workload);
  }
  if (verdict !== undefined) {
    query = query.where("verdict", "=", verdict);
  }
  const entries = await query
    .orderBy("package")
    .orderBy("origin")
    .orderBy("version")
    .orderBy("architecture")
    .orderBy("workload")
    .execute();
  return { entries, next: packages.next };
}
