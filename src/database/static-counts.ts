// SPDX-License-Identifier: GPL-3.0-or-later
import type { Kysely } from "kysely";
import type { StaticMethod, Tables } from "./tables.js";

/** How many system calls static analysis found in the programs and in the sources of a package; null where it was not made. */
export interface StaticCounts {
  readonly binary: number | null;
  readonly source: number | null;
}

/** The packages whose programs, and whose sources, were looked at, whatever was found there. */
async function selectLookedAt(
  kysely: Kysely<Tables>,
): Promise<readonly { readonly package: string; readonly method: StaticMethod }[]> {
  const sources = await kysely
    .selectFrom("measurements")
    .select("package")
    .distinct()
    .where("source_files", "is not", null)
    .execute();
  const programs = await kysely
    .selectFrom("executables")
    .innerJoin("measurements", "measurements.measurement", "executables.measurement")
    .select("measurements.package")
    .distinct()
    .where("executables.static_calls", "is not", null)
    .execute();
  return [
    ...sources.map((row) => ({ ...row, method: "source" as const })),
    ...programs.map((row) => ({ ...row, method: "binary" as const })),
  ];
}

/** Counts the calls that static analysis found, by package: over all of its measurements each call once. */
export async function selectStaticCounts(kysely: Kysely<Tables>): Promise<ReadonlyMap<string, StaticCounts>> {
  const rows = await kysely
    .selectFrom("static_features")
    .innerJoin("measurements", "measurements.measurement", "static_features.measurement")
    .select(({ fn }) => [
      "measurements.package",
      "static_features.method",
      fn.count<number | string>("static_features.name").distinct().as("calls"),
    ])
    .groupBy(["measurements.package", "static_features.method"])
    .execute();
  const counts = new Map<string, { binary: number | null; source: number | null }>();
  const add = (name: string, method: StaticMethod, calls: number): void => {
    const found = counts.get(name) ?? { binary: null, source: null };
    counts.set(name, found);
    found[method] = (found[method] ?? 0) + calls;
  };
  for (const { package: name, method } of await selectLookedAt(kysely)) {
    add(name, method, 0);
  }
  for (const { package: name, method, calls } of rows) {
    add(name, method, Number(calls));
  }
  return counts;
}
