// SPDX-License-Identifier: GPL-3.0-or-later
// A database that cannot be worked with is said to be one, without its name; the server goes on when it is back.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import { checkDatabase } from "../../src/database/check.js";
import { openDatabase } from "../../src/database/open-database.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { addToken } from "../../src/server/tokens.js";
import { PostgresqlServer } from "../database/support/postgresql-server.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch } from "../support/scratch.js";
import { startProcess } from "./support/process.js";
import { ask, startServer, submit } from "./support/server.js";

const EXAMPLE = serializeManifest(exampleManifest());

async function makeFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-faults-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "usage.db");
}

it("answers readers while another program writes, and tells writers to come again", async () => {
  const file = await makeFile();
  const server = await startServer(file, { timeouts: { lock: 200 } });
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  const refused = submit(server, EXAMPLE);
  expect((await ask(server, "health")).status).toBe(200);
  expect(await refused).toEqual({
    status: 503,
    reply: {
      error:
        "the database cannot be used at the moment: another program is writing to it; nothing was changed, try again later",
    },
  });
  expect((await ask(server, "packages")).json).toEqual({ packages: [], next: null });
  expect(server.troubles).toEqual([
    expect.stringMatching(/usage\.db is locked: another program has been writing for 0\.2 s/),
  ]);
  other.exec("rollback");
  other.close();
  expect((await submit(server, EXAMPLE)).status).toBe(201);
});

it("says that there is no space left, takes nothing half, and still answers", async () => {
  const scratch = await openScratch();
  await mkdir(scratch.path("small"));
  const token = await addToken(scratch.path("tokens"), "tester");
  const mount = 'mount -t tmpfs -o size=700k none small && exec "$@"';
  const server = await startProcess(
    scratch,
    ["--db", "small/usage.db", "--token-file", "tokens"],
    ["unshare", "--mount", "sh", "-c", mount, "sh"],
  );
  const results: Awaited<ReturnType<typeof submit>>[] = [];
  for (let index = 0; index < 60 && results.at(-1)?.status !== 503; index++) {
    results.push(await submit({ ...server, token }, serializeManifest(generateManifest(index, 45))));
  }
  expect(results.at(-1)).toMatchObject({
    status: 503,
    reply: { error: expect.stringContaining("there is no space left") },
  });
  const taken = results.filter(({ status }) => status === 201).length;
  expect(taken).toBeGreaterThan(0);
  const { packages } = (await ask(server, "packages")).json as { packages: string[] };
  expect(packages).toHaveLength(taken);
  const { status, stderr } = await server.end("SIGTERM");
  expect(stderr).toMatch(/small\/usage\.db: no space left/);
  expect(status).toBe(0);
});

it("says that its token file cannot be used, and who may read it may still read", async () => {
  const server = await startServer(await makeFile());
  await rm(server.tokenFile);
  const refused = await submit(server, EXAMPLE);
  expect(refused).toMatchObject({ status: 503, reply: { error: expect.stringMatching(/^no manifests can be taken/) } });
  expect(JSON.stringify(refused.reply)).not.toContain(server.tokenFile);
  expect(server.troubles.join()).toContain(server.tokenFile);
  expect((await ask(server, "health")).status).toBe(200);
});

let postgresql: PostgresqlServer;
beforeAll(async () => {
  // What was answered has to survive the loss of power.
  postgresql = await PostgresqlServer.start("durable");
});
afterAll(() => postgresql.remove());

it("goes on when PostgreSQL has gone away and come back", async () => {
  const location = await postgresql.createDatabase();
  const server = await startServer(location);
  expect((await submit(server, EXAMPLE)).status).toBe(201);
  const second = serializeManifest(generateManifest(1, 10));
  // Some of them are under way when it ends.
  const running = Array.from({ length: 20 }, (_, index) =>
    submit(server, serializeManifest(generateManifest(50 + index, 20))),
  );
  await postgresql.down("immediate");
  const ended = await Promise.all(running);
  expect(ended.every(({ status }) => status === 201 || status === 503)).toBe(true);
  for (const { status, reply } of [await submit(server, second), { ...(await ask(server, "health")), reply: {} }]) {
    expect(status).toBe(503);
    expect(JSON.stringify(reply)).not.toContain(postgresql.directory);
  }
  expect((await ask(server, "packages")).json).toEqual({
    error: expect.stringContaining("its server cannot be reached"),
  });
  await postgresql.up();
  expect((await ask(server, "health")).status).toBe(200);
  expect((await submit(server, second)).status).toBe(201);
  const store = await openDatabase(location, "existing");
  onTestFinished(() => store.close());
  const merged = ended.filter(({ status }) => status === 201).length;
  const { measurements, problems } = await checkDatabase(store, (problem) => expect.fail(problem));
  expect(problems).toBe(0);
  // A commit whose reply was lost may have happened.
  expect(measurements).toBeGreaterThanOrEqual(merged + 2);
});

it("does not wait for a database for ever", async () => {
  const location = await postgresql.createDatabase();
  const server = await startServer(location, { timeouts: { handler: 300 } });
  const other = await openDatabase(location);
  onTestFinished(() => other.close());
  await other.connection.kysely.transaction().execute(async (transaction) => {
    await sql`lock table measurements in access exclusive mode`.execute(transaction);
    expect(await ask(server, "health")).toMatchObject({ status: 503, text: expect.stringContaining("too long") });
  });
  expect((await ask(server, "health")).status).toBe(200);
});
