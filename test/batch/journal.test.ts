// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { BatchDirectory, readBatch } from "../../src/batch/batch-directory.js";
import { BatchJournal, type EndedEntry } from "../../src/batch/journal.js";
import { openScratch } from "../support/scratch.js";

const at = "2026-01-01T00:00:00.000Z";
const ended: EndedEntry = {
  type: "ended",
  source: "a",
  version: "1",
  at,
  architecture: "amd64",
  tool: "0.1.0",
  outcome: "no-tests",
  reason: "none",
  seconds: 1,
  stageSeconds: { fetch: 0.5 },
};

test("half a line that a killed process has left is taken away, and nothing else", async () => {
  const scratch = await openScratch();
  const directory = await BatchDirectory.open(scratch.path("batch"));
  await directory.add(
    { type: "selected", source: "a", version: "1", at },
    { type: "started", source: "a", version: "1", at },
  );
  await directory.add(ended);
  await directory.close();
  const file = scratch.path("batch/journal.jsonl");
  const whole = await readFile(file, "utf8");
  await appendFile(file, '{"type":"started","source":"b"');
  expect((await readBatch(scratch.path("batch"))).packages).toHaveLength(1);
  const again = await BatchDirectory.open(scratch.path("batch"));
  expect(await readFile(file, "utf8")).toBe(whole);
  expect(again.state.packages).toMatchObject([{ source: "a", position: "ended", ended: { outcome: "no-tests" } }]);
  await again.close();
});

test.each([
  ["another kind of file", "hello\n", /journal.jsonl:1: not an entry that this version understands/],
  ["an entry of a later version", '{"type":"batch","schema":"loupe-batch/2"}\n', /:1: not an entry that this version/],
  ["a journal without its first line", `${JSON.stringify(ended)}\n`, /not the journal of a batch/],
])("refuses %s", async (_, content, message) => {
  const scratch = await openScratch();
  const file = await scratch.file("journal.jsonl", content);
  await expect(BatchJournal.open(file)).rejects.toThrow(message);
  expect(await readFile(file, "utf8")).toBe(content);
});

test("is for one at a time, and says where none is", async () => {
  const scratch = await openScratch();
  const directory = await BatchDirectory.open(scratch.path("batch"));
  await expect(BatchDirectory.open(scratch.path("batch"))).rejects.toThrow('is used by another "loupe batch"');
  await directory.close();
  await expect(readBatch(scratch.path("none"))).rejects.toThrow(/there is no batch here; "loupe batch run/);
  await scratch.file("file", "");
  await expect(BatchDirectory.open(scratch.path("file"))).rejects.toThrow(/the batch directory .* cannot be used/);
});
