// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import { checkDatabase } from "../../src/database/check.js";
import { openDatabase } from "../../src/database/open-database.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { loupe } from "../cli/loupe.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { PostgresqlServer } from "./support/postgresql-server.js";

let server: PostgresqlServer;

beforeAll(async () => {
  server = await PostgresqlServer.start();
});
afterAll(() => server.remove());

async function writeMany(scratch: Scratch, count: number): Promise<void> {
  await mkdir(scratch.path("many"));
  for (let index = 0; index < count; index++) {
    await writeFile(join(scratch.path("many"), `${index}.loupe.json`), serializeManifest(generateManifest(index, 10)));
  }
}

async function countMeasurements(location: string): Promise<number> {
  const store = await openDatabase(location);
  try {
    return (await store.listMeasurements()).length;
  } finally {
    await store.close();
  }
}

it("keeps what was merged when the server goes away in the middle, and goes on when it is back", async () => {
  const scratch = await openScratch();
  await writeMany(scratch, 250);
  const location = await server.createDatabase();
  const merging = loupe(scratch, ["db", "merge", "--db", location, "many"]);
  const watching = await openDatabase(location);
  while ((await watching.listMeasurements()).length < 5) {
    await setTimeout(5);
  }
  await server.down("immediate");
  const gone = await merging;
  await watching.close();
  expect(gone.stderr).toMatch(
    /^loupe: postgres:\S+: the PostgreSQL server cannot be reached, or went away \(.*\); repeat when/,
  );
  expect(gone).toMatchObject({ status: 3, stdout: "" });
  const refused = await loupe(scratch, ["usage", "--db", location, "package-00001"]);
  expect(refused.stderr).toMatch(/^loupe: postgres:\S+: the PostgreSQL server cannot be reached/);
  expect(refused.status).toBe(3);
  await server.up();
  const before = await countMeasurements(location);
  expect(before).toBeLessThan(250);
  const { stderr } = await loupe(scratch, ["db", "merge", "--db", location, "many"]);
  expect(stderr).toMatch(new RegExp(`: ${250 - before} merged, ${before} were there, 0 refused\n$`));
  const store = await openDatabase(location);
  expect(await checkDatabase(store, (problem) => expect.fail(problem))).toEqual({ measurements: 250, problems: 0 });
  await store.close();
});

it("says what is wrong with a URL, without its password", async () => {
  const socket = encodeURIComponent(server.directory);
  const open = (location: string) => openDatabase(location, "existing");
  await expect(open(`postgres://loupe:secret@/none?host=${socket}`)).rejects.toThrow(
    /^postgres:\/\/loupe:\.\.\.@\/none\?host=\S+: database "none" does not exist$/,
  );
  await expect(open(`postgres://nobody@/postgres?host=${socket}&password=secret`)).rejects.toThrow(
    /^postgres:\/\/nobody@\S+password=\.\.\.: role "nobody" does not exist$/,
  );
  await expect(open("postgres://loupe:secret@127.0.0.1:1/db")).rejects.toThrow(
    /^postgres:\/\/loupe:\.\.\.@127\.0\.0\.1:1\/db: the PostgreSQL server cannot be reached/,
  );
  await expect(open("postgres://[")).rejects.toThrow(/^--db postgres:\/\/\[: not a URL of the form postgres:/);
});

it("says that a database is empty, of a later version, or not to be written", async () => {
  const location = await server.createDatabase();
  await expect(openDatabase(location, "existing")).rejects.toThrow(/: nothing has been merged into this database yet/);
  const store = await openDatabase(location);
  await sql
    .raw(`alter database ${/\/(test\d+)\?/.exec(location)?.[1]} set default_transaction_read_only = on`)
    .execute(store.connection.kysely);
  await store.close();
  const readOnly = await openDatabase(location);
  await expect(readOnly.mergeManifest(exampleManifest())).rejects.toThrow(/: the server does not allow writing/);
  await sql`set transaction_read_only = off`.execute(readOnly.connection.kysely).catch(() => undefined);
  await readOnly.close();
  const later = await server.createDatabase();
  const made = await openDatabase(later);
  await sql`insert into loupe_migrations values (99, 'moons')`.execute(made.connection.kysely);
  await made.close();
  await expect(openDatabase(later)).rejects.toThrow(/ was written by a later version .*"moons".*; use a newer Loupe$/);
});

it("lets several programs make the tables at the same time", async () => {
  const location = await server.createDatabase();
  const stores = await Promise.all([1, 2, 3].map(() => openDatabase(location)));
  await Promise.all(stores.map((store) => store.mergeManifest(exampleManifest())));
  expect(await stores[0]?.listMeasurements()).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});
