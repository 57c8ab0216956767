// SPDX-License-Identifier: GPL-3.0-or-later
import { type Kysely, sql } from "kysely";
import type { Tables, WorkloadKind } from "./tables.js";

/** A measurement of programs that all are linked to the same C library in the same way. */
export interface LibcMeasurement {
  readonly measurement: string;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly libc: "glibc" | "musl" | null;
  readonly linkage: "dynamic" | "static";
  /** Calls that the code of its programs may make; null where that was not looked at. */
  readonly staticCalls: number | null;
}

/** Packages with measurements that differ in that. The table of executables is read once. */
async function selectPackages(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
  packages: readonly string[] | undefined,
): Promise<readonly string[]> {
  const chosen = packages === undefined ? sql`` : sql`and m.package in (${sql.join(packages)})`;
  const { rows } = await sql<{ package: string }>`
    select m.package from executables e join measurements m on m.measurement = e.measurement
    where e.linkage is not null and m.workload = ${workload} and m.outcome in ('analyzed', 'observed') ${chosen}
    group by m.package
    having count(distinct e.linkage || ' ' || coalesce(e.libc, '')) > 1
    order by m.package`.execute(kysely);
  return rows.map((row) => row.package);
}

type LinkedRow = Omit<LibcMeasurement, "staticCalls"> & { readonly static_calls: number | null };

async function selectLinked(kysely: Kysely<Tables>, name: string, workload: WorkloadKind): Promise<LinkedRow[]> {
  const { rows } = await sql<LinkedRow>`
    select m.measurement, m.package, m.version, m.architecture, e.libc, e.linkage,
      (select count(*) from static_features s where s.measurement = m.measurement and s.method = 'binary') as static_calls
    from executables e join measurements m on m.measurement = e.measurement
    where m.package = ${name} and m.workload = ${workload} and m.outcome in ('analyzed', 'observed')
      and e.linkage is not null
    group by m.measurement, m.package, m.version, m.architecture, e.libc, e.linkage
    order by m.version, m.architecture, m.measurement`.execute(kysely);
  return rows;
}

/** Analysis by the code finds at least the call that ends a program: none means that nobody looked. */
function toMeasurement({ static_calls: found, ...row }: LinkedRow): LibcMeasurement {
  return { ...row, staticCalls: Number(found) === 0 ? null : Number(found) };
}

function describeLinkage({ libc, linkage }: Pick<LibcMeasurement, "libc" | "linkage">): string {
  return `${libc ?? ""} ${linkage}`;
}

/**
 * The measurements of packages (default: of all) whose programs were linked to several C libraries, or in several ways. Measurements in which
 * programs of different kinds ran together are left out: their calls are a mixture.
 */
export async function selectLibcMeasurements(
  kysely: Kysely<Tables>,
  workload: WorkloadKind,
  packages: readonly string[] | undefined,
): Promise<readonly LibcMeasurement[]> {
  const found: LibcMeasurement[] = [];
  for (const name of await selectPackages(kysely, workload, packages)) {
    const rows = await selectLinked(kysely, name, workload);
    const times = new Map<string, number>();
    for (const { measurement } of rows) {
      times.set(measurement, (times.get(measurement) ?? 0) + 1);
    }
    const pure = rows.filter(({ measurement }) => times.get(measurement) === 1).map(toMeasurement);
    if (new Set(pure.map(describeLinkage)).size > 1) {
      found.push(...pure);
    }
  }
  return found;
}
