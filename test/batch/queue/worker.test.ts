// SPDX-License-Identifier: GPL-3.0-or-later
// Workers on a PostgreSQL server of the test's own.
import { execa } from "execa";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../src/database/open-database.js";
import { LOUPE, loupe, type Outcome } from "../../cli/loupe.js";
import { PostgresqlServer } from "../../database/support/postgresql-server.js";
import { openScratch } from "../../support/scratch.js";
import { Archive } from "../support/archive.js";

const QUICK = { suite: "./greet && echo PASS: greet" };
const SLOW = { suite: "sleep 2; ./greet && echo PASS: greet" };
/** Seconds after which a worker is lost: long for a busy machine, short for a test. */
const LEASE = "6";

let server: PostgresqlServer;

beforeAll(async () => {
  server = await PostgresqlServer.start();
});
afterAll(() => server.remove());

function spawnWorker({ scratch }: Archive, words: readonly string[]) {
  return execa(LOUPE, ["batch", "worker", ...words], {
    cwd: scratch.directory,
    env: scratch.environment,
    extendEnv: false,
    reject: false,
    all: true,
    // A worker takes the time that it needs.
    forceKillAfterDelay: false,
  });
}

type Worker = ReturnType<typeof spawnWorker>;

interface QueueTest {
  readonly archive: Archive;
  readonly db: string;
  enqueue(names: readonly string[]): Promise<Outcome>;
  startWorker(name: string): Worker;
  /** `outcome@worker directory` of each package, and where it is, by name. */
  readStates(): Promise<Readonly<Record<string, string>>>;
  /** How often each package is in the usage database. */
  readMeasured(): Promise<readonly string[]>;
}

async function openQueueTest(packages: Parameters<typeof Archive.make>[1]): Promise<QueueTest> {
  const archive = await Archive.make(await openScratch(), packages);
  const { scratch } = archive;
  const db = await server.createDatabase();
  const sources = ["--apt-sources", "apt.list"];
  return {
    archive,
    db,
    enqueue: (names) =>
      loupe(scratch, ["batch", "enqueue", "--db", db, ...sources, "--observe", "--lease", LEASE, ...names]),
    startWorker: (name) => {
      const words = ["--local", "--db", db, ...sources, "--jobs", "1", "--work-dir", name, "--until-empty"];
      const worker = spawnWorker(archive, words);
      onTestFinished(() => void worker.kill("SIGKILL"));
      return worker;
    },
    readStates: async () => {
      const { stdout } = await loupe(scratch, ["batch", "status", "--db", db, "--json"]);
      const states = JSON.parse(stdout) as { source: string; state: string; output?: { outcome: string } }[];
      return Object.fromEntries(states.map(({ source, state, output }) => [source, output?.outcome ?? state]));
    },
    readMeasured: async () => {
      const store = await openDatabase(db);
      const measured = (await store.listMeasurements()).map((summary) => summary.package);
      await store.close();
      return measured;
    },
  };
}

async function waitFor(worker: Worker, text: string): Promise<void> {
  let seen = "";
  await new Promise<void>((resolve, reject) => {
    worker.all.on("data", (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes(text)) {
        resolve();
      }
    });
    void worker.then(() => reject(new Error(`the worker ended before it said "${text}": ${seen}`)));
  });
}

test("a killed worker's package is finished by another one, with one result", { timeout: 120_000 }, async () => {
  const queue = await openQueueTest({ one: SLOW, two: QUICK });
  const { stderr, status } = await queue.enqueue(["one", "two", "no-such-package"]);
  expect(stderr).toMatch(/2 packages added; 0 were in the queue, 0 are measured already/);
  expect(stderr).toContain("no-such-package: unknown-package");
  expect(status).toBe(2);
  expect((await queue.enqueue(["one", "two"])).stderr).toContain("0 packages added; 2 were in the queue");

  const lost = queue.startWorker("lost");
  await waitFor(lost, "one_1.0: analysis");
  lost.kill("SIGKILL");
  await lost;
  const other = await queue.startWorker("other");
  expect(other.exitCode).toBe(0);
  expect(other.all).toMatch(/one_1.0: observed/);
  await expect.poll(() => queue.archive.findProcesses(), { timeout: 10_000 }).toEqual([]);
  expect(await queue.readStates()).toEqual({ one: "observed", two: "observed" });
  expect(await queue.readMeasured()).toEqual(["one", "two"]);
  expect((await queue.enqueue(["one"])).stderr).toContain(
    "0 packages added; 0 were in the queue, 1 are measured already",
  );
});

test("goes on when PostgreSQL is restarted in the middle", { timeout: 120_000 }, async () => {
  const queue = await openQueueTest({ one: SLOW, two: QUICK });
  await queue.enqueue(["one", "two"]);
  const worker = queue.startWorker("worker");
  await waitFor(worker, "one_1.0: analysis");
  await server.down("immediate");
  await waitFor(worker, "the PostgreSQL server cannot be reached, or went away");
  await server.up();
  const { exitCode, all } = await worker;
  expect(all).toMatch(/two_1.0: observed/);
  expect(exitCode).toBe(0);
  expect(await queue.readStates()).toEqual({ one: "observed", two: "observed" });
  expect(await queue.readMeasured()).toEqual(["one", "two"]);
});

test("finishes what it has begun when it is told to stop, and takes no more", { timeout: 120_000 }, async () => {
  const queue = await openQueueTest({ one: SLOW, two: QUICK });
  await queue.enqueue(["one", "two"]);
  const worker = queue.startWorker("worker");
  await waitFor(worker, "one_1.0: build");
  worker.kill("SIGTERM");
  const { exitCode, all } = await worker;
  expect(all).toContain("finishing what has been begun; another signal gives it back");
  expect(exitCode).toBe(0);
  expect(await queue.readStates()).toEqual({ one: "observed", two: "created" });

  const impatient = queue.startWorker("worker");
  await waitFor(impatient, "two_1.0: build");
  impatient.kill("SIGTERM");
  await waitFor(impatient, "finishing what has been begun");
  impatient.kill("SIGTERM");
  expect((await impatient).exitCode).toBe(143);
  expect(await queue.readStates()).toEqual({ one: "observed", two: "retry" });
  await queue.archive.expectNothingLeft();
});

test("takes nothing that is for another version", { timeout: 60_000 }, async () => {
  const queue = await openQueueTest({ one: QUICK });
  await queue.enqueue(["one"]);
  const store = await openDatabase(queue.db);
  await sql`select pgboss.create_queue('loupe-batch-99.0', '{"policy": "standard"}')`.execute(store.connection.kysely);
  await sql`insert into pgboss.job (name, data) select 'loupe-batch-99.0', data from pgboss.job`.execute(
    store.connection.kysely,
  );
  await sql`delete from pgboss.job where name <> 'loupe-batch-99.0'`.execute(store.connection.kysely);
  await store.close();
  const { exitCode, all } = await queue.startWorker("worker");
  expect(all).toMatch(/the queue has 1 packages for loupe 99.0, and this is \d.*: use that version/);
  expect(exitCode).toBe(2);
});
