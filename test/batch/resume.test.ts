// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { LOUPE } from "../cli/loupe.js";
import { openScratch } from "../support/scratch.js";
import { Archive } from "./support/archive.js";

const SLOW = "sleep 1; ./greet && echo PASS: greet";
const NAMES = ["first", "second", "third"];

async function makeArchive(): Promise<Archive> {
  return Archive.make(await openScratch(), { first: { suite: SLOW }, second: { suite: SLOW }, third: { suite: SLOW } });
}

test("after kill -9 the same command goes on and measures nothing twice", { timeout: 180_000 }, async () => {
  const archive = await makeArchive();
  const { scratch } = archive;
  const words = archive.command("run", ["--jobs", "1", "--db", "usage.db", ...NAMES]);
  const killed = execa(LOUPE, words, {
    cwd: scratch.directory,
    env: scratch.environment,
    extendEnv: false,
    reject: false,
  });
  const journal = async (): Promise<string> => readFile(scratch.path("batch/journal.jsonl"), "utf8").catch(() => "");
  await expect.poll(journal, { timeout: 60_000, interval: 20 }).toContain('"type":"started","source":"second"');
  killed.kill("SIGKILL");
  await killed;
  // The kernel ends what we had started.
  await expect.poll(() => archive.findProcesses(), { timeout: 10_000 }).toEqual([]);
  expect(await archive.readOutcomes()).toEqual({ first: "observed", second: "started", third: "waiting" });

  const { status, stderr } = await archive.batch("run", ["--jobs", "1", "--db", "usage.db", ...NAMES]);
  expect(stderr).toContain("1 of 3 packages have ended in this batch before");
  expect(status).toBe(0);
  const entries = await archive.readJournal();
  for (const name of NAMES) {
    expect(entries.filter(({ type, source }) => type === "ended" && source === name)).toHaveLength(1);
  }
  expect(entries.filter(({ type, source }) => type === "started" && source === "first")).toHaveLength(1);
  const store = await openDatabase(scratch.path("usage.db"), "existing");
  const merged = (await store.listMeasurements()).map((summary) => summary.package);
  await store.close();
  expect(merged).toEqual(NAMES);
});

test("Ctrl-C ends all, keeps what has ended, and says how to go on", { timeout: 120_000 }, async () => {
  const archive = await makeArchive();
  const { status, stderr } = await archive.batch("run", ["--jobs", "1", ...NAMES], {
    interrupt: { after: "first_1.0: observed", signal: "SIGINT" },
  });
  expect(stderr).toContain("interrupted; the same command goes on, and measures nothing again that has ended");
  expect(status).toBe(130);
  expect(await archive.readOutcomes()).toMatchObject({ first: "observed", third: "waiting" });
});

test("a batch is for one at a time", { timeout: 60_000 }, async () => {
  const archive = await makeArchive();
  const { scratch } = archive;
  const words = archive.command("run", ["--jobs", "1", "first"]);
  const one = execa(LOUPE, words, {
    cwd: scratch.directory,
    env: scratch.environment,
    extendEnv: false,
    reject: false,
  });
  const journal = async (): Promise<string> => readFile(scratch.path("batch/journal.jsonl"), "utf8").catch(() => "");
  await expect.poll(journal, { timeout: 30_000 }).toContain('"type":"started"');
  const other = await execa(LOUPE, words, {
    cwd: scratch.directory,
    env: scratch.environment,
    extendEnv: false,
    reject: false,
  });
  expect(other.stderr).toContain('batch is used by another "loupe batch"');
  expect(other.exitCode).toBe(2);
  expect((await one).exitCode).toBe(0);
});
