// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around a batch: full disks, databases that cannot be worked with, wrong use.
import { readFile, stat } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { LOUPE, loupe } from "../cli/loupe.js";
import { PostgresqlServer } from "../database/support/postgresql-server.js";
import { openScratch } from "../support/scratch.js";
import { Archive } from "./support/archive.js";

const PASSES = { suite: "./greet && echo PASS: greet" };
const isRoot = process.getuid?.() === 0;

async function listMerged(location: string): Promise<readonly string[]> {
  const store = await openDatabase(location, "existing");
  const merged = (await store.listMeasurements()).map((summary) => summary.package);
  await store.close();
  return merged;
}

test("a locked database holds nobody up, and the same command merges when it is free", async () => {
  const archive = await Archive.make(await openScratch(), { one: PASSES, two: PASSES });
  const file = archive.scratch.path("usage.db");
  await (await openDatabase(file)).close();
  const other = new DatabaseSync(file);
  other.exec("begin exclusive");
  const words = archive.command("run", ["--db", "usage.db", "one", "two"]);
  const { scratch } = archive;
  const options = { cwd: scratch.directory, env: scratch.environment, extendEnv: false, reject: false } as const;
  const batch = execa(LOUPE, words, options);
  const journal = async (): Promise<string> => readFile(scratch.path("batch/journal.jsonl"), "utf8").catch(() => "");
  await expect.poll(journal, { timeout: 120_000 }).toContain('"type":"ended","source":"two"');
  // Both have ended while nothing could be merged; now it is left to the same command.
  batch.kill("SIGINT");
  const { stderr } = await batch;
  expect(stderr).toMatch(/usage.db is locked: another program has been writing for \d+ s; try again when it is done/);
  expect(await journal()).not.toContain('"type":"merged"');
  other.exec("rollback");
  other.close();
  expect(await listMerged(file)).toEqual([]);
  const again = await archive.batch("run", ["--db", "usage.db", "one", "two"]);
  expect(again.stderr).toContain("2 of 2 packages have ended in this batch before");
  expect(again.status).toBe(0);
  expect(await listMerged(file)).toEqual(["one", "two"]);
});

test("PostgreSQL that is gone in the middle is told once for each result, and merged into later", async () => {
  const server = await PostgresqlServer.start();
  try {
    const archive = await Archive.make(await openScratch(), { one: PASSES });
    const db = await server.createDatabase();
    await (await openDatabase(db)).close();
    await server.down();
    const { scratch } = archive;
    const { stderr, exitCode } = await execa(LOUPE, archive.command("run", ["--db", db, "one"]), {
      cwd: scratch.directory,
      env: scratch.environment,
      extendEnv: false,
      reject: false,
    });
    expect(stderr).toMatch(/one_1.0 is not merged yet: .*the PostgreSQL server cannot be reached, or went away/);
    expect(exitCode).toBe(3);
    await server.up();
    expect((await archive.batch("run", ["--db", db, "one"])).status).toBe(0);
    expect(await listMerged(db)).toEqual(["one"]);
  } finally {
    await server.remove();
  }
});

describe.runIf(isRoot)("on a disk that is full", () => {
  test("a package is not begun, others are, and retry measures it when there is space", async () => {
    const archive = await Archive.make(await openScratch(), { one: PASSES });
    const inSmall = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'mkdir -p batch && mount -t tmpfs -o size=4M none batch && exec "$@"',
      "sh",
    ];
    const { status, stderr } = await archive.batch("run", ["one"], { wrapper: inSmall });
    expect(stderr).toMatch(/one_1.0: tried again in 0.1 s: only \d+ MiB are free in .*batch.work.one_1.0/);
    expect(stderr).toMatch(/one_1.0: environment-error: only \d+ MiB are free/);
    expect(status).toBe(3);
  });

  test("a journal that cannot be written ends the batch in a sentence", async () => {
    const archive = await Archive.make(await openScratch(), { one: PASSES });
    const inNothing = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'mkdir -p batch && mount -t tmpfs -o size=4K none batch && exec "$@"',
      "sh",
    ];
    const { status, stderr } = await archive.batch("run", ["one"], { wrapper: inNothing });
    expect(stderr).toMatch(/(results cannot be kept in|the batch directory) .*(ENOSPC|no space left)/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(3);
  });
});

test.each<[string, readonly string[], RegExp]>([
  ["no package", ["--local"], /no package is named: name some, or give --from FILE, --sources FILE or --all/],
  ["filters of nothing", ["--local", "--section", "net"], /no package is named, and filters choose from something/],
  ["no name", ["--local", "../hello"], /"..\/hello" is not the name of a source package/],
  ["chroot and machine", ["--local", "--dist", "sid", "hello"], /--local builds on this machine itself/],
  ["no chroot", ["--chroot", "/none", "hello"], /--chroot \/none|in the Debian package|has no range of ids/],
  ["a user in a chroot", ["--user", "nobody", "hello"], /--user is for --local/],
  ["no user", ["--local", "--user", "no-such-user", "hello"], /--user no-such-user: there is no such user/],
  ["no size", ["--local", "--disk-limit", "much", "hello"], /It must be a size such as 500M or 8G/],
  ["no build system", ["--local", "--build-system", "magic", "hello"], /Known: cmake, meson/],
  ["no sources", ["--local", "--apt-sources", "/none", "hello"], /--apt-sources \/none cannot be read/],
  ["somebody else's database", ["--local", "--db", "file", "greet"], /file is no SQLite database|file: .*not/],
])("refuses %s", async (_, words, message) => {
  const scratch = await openScratch();
  await scratch.file(
    "file",
    "not a database at all, but a text of some length that nobody would take for one\n".repeat(20),
  );
  await scratch.file("Sources", "Package: greet\nVersion: 1.0\n");
  await scratch.file("Packages", "");
  await scratch.file("apt.list", `deb [trusted=yes] file:${scratch.directory} ./\n`);
  const sources = words.includes("--apt-sources") ? [] : ["--apt-sources", "apt.list"];
  const { status, stderr } = await loupe(scratch, ["batch", "run", ...sources, ...words]);
  expect(stderr).toMatch(message);
  expect([2, 3]).toContain(status);
  expect(await stat(scratch.path("loupe-batch/manifests/x")).catch(() => "none")).toBe("none");
});
