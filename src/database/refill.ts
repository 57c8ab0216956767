// SPDX-License-Identifier: GPL-3.0-or-later
import { gunzipSync } from "node:zlib";
import type { Transaction } from "kysely";
import type { Connection } from "./connection.js";
import { type DocumentTable, describeDocument, listRows } from "./describe-document.js";
import { insertRows } from "./insert-rows.js";
import type { Measurement } from "./measurement.js";
import type { Refill } from "./migrations/migration.js";
import type { Row, Tables } from "./tables.js";

/** Documents that are in memory at the same time. */
const DOCUMENTS_AT_ONCE = 200;

async function replaceRows(
  connection: Connection,
  transaction: Transaction<Tables>,
  described: Measurement,
  table: DocumentTable,
): Promise<void> {
  const { measurement } = described.summary;
  if (table === "measurements") {
    // Other rows refer to it.
    await transaction
      .updateTable("measurements")
      .set(described.summary)
      .where("measurement", "=", measurement)
      .execute();
    return;
  }
  await transaction.deleteFrom(table).where("measurement", "=", measurement).execute();
  await insertRows(connection, transaction, table, listRows(described)[table] as readonly Row<typeof table>[]);
}

/** What cannot be read keeps the rows that it has; `loupe db check` names it. */
function describeReadable({ format, content }: Row<"documents">, mentions: RegExp): Measurement | undefined {
  try {
    const text = gunzipSync(content).toString();
    return mentions.test(text) ? describeDocument(format, text) : undefined;
  } catch {
    return undefined;
  }
}

/** Derives rows from all merged documents once more, a few documents at a time. */
export async function refillTables(
  connection: Connection,
  transaction: Transaction<Tables>,
  { tables, mentions }: Refill,
): Promise<void> {
  const names = await transaction.selectFrom("documents").select("measurement").orderBy("measurement").execute();
  for (let start = 0; start < names.length; start += DOCUMENTS_AT_ONCE) {
    const chunk = names.slice(start, start + DOCUMENTS_AT_ONCE).map(({ measurement }) => measurement);
    const documents = await transaction.selectFrom("documents").selectAll().where("measurement", "in", chunk).execute();
    for (const document of documents) {
      const described = describeReadable(document, mentions);
      for (const table of described === undefined ? [] : tables) {
        await replaceRows(connection, transaction, described as Measurement, table);
      }
    }
  }
}
