// SPDX-License-Identifier: GPL-3.0-or-later
import { sql } from "kysely";
import type { Store } from "../../../src/database/store.js";

/** Every table but that of migrations. */
export const TABLES = [
  "measurements",
  "documents",
  "features",
  "executables",
  "impacts",
  "conflicts",
  "static_features",
  "source_results",
  "usage",
  "importance",
] as const;

/** Everything that a database holds, as texts in an order of their own: equal for equal contents, on both engines. */
export async function dump({ connection }: Store): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of TABLES) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(connection.kysely);
    const show = (_name: string, value: unknown): unknown => (typeof value === "boolean" ? Number(value) : value);
    lines.push(...rows.map((row) => `${table} ${JSON.stringify(row, show)}`).sort());
  }
  return lines;
}

/** Empties a database, which is much faster than another one. */
export async function clear({ connection }: Store): Promise<void> {
  for (const table of [...TABLES].reverse()) {
    await sql`delete from ${sql.table(table)}`.execute(connection.kysely);
  }
}
