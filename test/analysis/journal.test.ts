// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { Journal, type RunRecord } from "../../src/analysis/journal.js";
import type { RunResult } from "../../src/workload/run-result.js";
import { openScratch } from "../support/scratch.js";

const passed: RunRecord = { passed: true, seconds: 1, metrics: {} };
const failed: RunRecord = { passed: false, seconds: 2, reason: "it broke", metrics: {} };
const plain = {
  passed: true,
  seconds: 3,
  activity: { stalledSeconds: 0, cpuSeconds: new Map([["sh", 1]]) },
} as unknown;

async function openFilled(directory: string): Promise<Journal> {
  const journal = await Journal.open(directory, "key");
  await journal.addPlain("observation", plain as RunResult);
  await journal.addRun("stub a", passed);
  await journal.addRun("stub a", failed, "tests/quick");
  return journal;
}

test("runs of the whole and of excerpts are kept apart, at once and after the journal was opened again", async () => {
  const scratch = await openScratch();
  const before = await openFilled(scratch.directory);
  for (const journal of [before, await Journal.open(scratch.directory, "key")]) {
    expect(journal.findPlain("observation")).toEqual(plain);
    expect(journal.findRuns("stub a")).toEqual([passed]);
    expect(journal.findRuns("stub a", "tests/quick")).toEqual([failed]);
    expect(journal.findRuns("stub a", "tests/other")).toEqual([]);
    expect([journal.runs, journal.excerptRuns]).toEqual([[passed], [failed]]);
    expect(journal.countPasses("stub a")).toBe(1);
    expect(journal.countPasses("stub a", "tests/quick")).toBe(0);
  }
});

test("nobody else reads the environments that are in it", async () => {
  const scratch = await openScratch();
  await openFilled(scratch.directory);
  expect((await stat(scratch.path("journal.jsonl"))).mode & 0o777).toBe(0o600);
});

test("what is forgotten stays so, and plain runs are kept", async () => {
  const scratch = await openScratch();
  const before = await openFilled(scratch.directory);
  await before.forgetRuns();
  await before.addRun("stub b", passed);
  for (const journal of [before, await Journal.open(scratch.directory, "key")]) {
    expect(journal.findPlain("observation")).toEqual(plain);
    expect([journal.runs, journal.excerptRuns]).toEqual([[passed], []]);
    expect(journal.findRuns("stub a")).toEqual([]);
  }
});

test("what comes after a line that is not whole is forgotten", async () => {
  const scratch = await openScratch();
  const { file } = await openFilled(scratch.directory);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, -10));
  const journal = await Journal.open(scratch.directory, "key");
  expect([journal.runs, journal.excerptRuns]).toEqual([[passed], []]);
});
