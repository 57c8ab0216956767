// SPDX-License-Identifier: GPL-3.0-or-later
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, it } from "vitest";
import { StatementCache } from "../../src/database/sqlite-driver.js";
import { chooseReading } from "../../src/database/sqlite-reading.js";
import { openScratch } from "../support/scratch.js";

it("reads nothing from a file that is changed meanwhile, which it cannot lock", async () => {
  const scratch = await openScratch();
  const file = scratch.path("is 100% #1?.db");
  const writer = new DatabaseSync(file);
  writer.exec("pragma journal_mode = wal; create table songs (title text); insert into songs values ('one')");
  writer.close();
  const { location, watch } = chooseReading(file);
  const database = watch(new StatementCache(new DatabaseSync(location, { readOnly: true })));
  const statement = database.prepare("select title from songs");
  expect(statement.all([]).length).toBe(1);

  const other = new DatabaseSync(file);
  other.exec("insert into songs values ('two')");
  // In the log, which is not looked at: as before.
  expect(statement.all([]).length).toBe(1);
  const rows = statement.iterate([]);
  expect(rows.next().done).toBe(false);
  other.exec("pragma wal_checkpoint(truncate)");
  other.close();
  const sentence = /is 100% #1\?\.db was changed by another program while it was read/;
  expect(() => rows.next()).toThrow(sentence);
  expect(() => statement.all([])).toThrow(sentence);
  expect(() => database.prepare("select count(*) from songs")).toThrow(sentence);
  database.close();
});
