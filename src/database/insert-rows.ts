// SPDX-License-Identifier: GPL-3.0-or-later
import { CompiledQuery, type Transaction } from "kysely";
import type { Connection } from "./connection.js";
import type { Row, Tables } from "./tables.js";

/** Rows of one statement: few statements for a usual manifest, and few different ones to be kept compiled. */
const ROWS_AT_ONCE = 64;

function writeStatement(connection: Connection, table: string, columns: readonly string[], rows: number): string {
  const tuples = Array.from({ length: rows }, (_, row) => {
    const places = columns.map((_column, index) => connection.placeholder(row * columns.length + index + 1));
    return `(${places.join(", ")})`;
  });
  return `insert into ${table} (${columns.join(", ")}) values ${tuples.join(", ")}`;
}

const statements = new Map<string, string>();

/**
 * Inserts rows that all have the same columns, and returns how many were inserted or changed. Kysely's own builder takes as long as the insertion itself for the thousands of
 * values of a manifest; table, columns and the clause for conflicts are texts of our own, values are parameters.
 */
export async function insertRows<Table extends keyof Tables>(
  connection: Connection,
  transaction: Transaction<Tables>,
  table: Table,
  rows: readonly Row<Table>[],
  onConflict = "",
): Promise<number> {
  let inserted = 0;
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const chunk = rows.slice(start, start + ROWS_AT_ONCE);
    const columns = Object.keys(chunk[0] as object) as (keyof Row<Table> & string)[];
    const key = `${connection.engine} ${table} ${chunk.length} ${onConflict}`;
    const statement =
      statements.get(key) ?? `${writeStatement(connection, table, columns, chunk.length)} ${onConflict}`;
    statements.set(key, statement);
    const values = chunk.flatMap((row) => columns.map((column) => row[column]));
    const { numAffectedRows = 0n } = await transaction.executeQuery(CompiledQuery.raw(statement, values));
    inserted += Number(numAffectedRows);
  }
  return inserted;
}
