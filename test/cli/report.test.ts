// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test, vi } from "vitest";
import { runLoupe } from "../../src/cli/loupe.js";
import { openDatabase } from "../../src/database/open-database.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

async function prepare(): Promise<Scratch> {
  const scratch = await openScratch();
  const store = await openDatabase(scratch.path("usage.db"));
  await store.mergeManifest(exampleManifest());
  await store.close();
  return scratch;
}

test("shows a figure as a table, CSV and JSON", async () => {
  const scratch = await prepare();
  const words = ["report", "comparison", "--db", "usage.db"];
  const { stdout, stderr, status } = await loupe(scratch, words);
  expect(stdout).toMatch(/^System calls of packages, by their suite.*\npackage +version +architecture +in sources /);
  expect(stdout).toMatch(/^prog +1\.0-1 +amd64 +- +- +5 +2 +1 +1 +1$/m);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect((await loupe(scratch, [...words, "--csv"])).stdout).toContain("\r\nprog,1.0-1,amd64,,,5,2,1,1,1\r\n");
  expect(JSON.parse((await loupe(scratch, [...words, "--json"])).stdout)).toMatchObject({
    figure: "comparison",
    rows: [{ package: "prog", required: 2, staticBinary: null }],
  });
});

test.each([
  [["pie"], /importance, comparison/],
  [["outcomes", "--db", "/nonexistent/usage.db"], /\/nonexistent\/usage\.db/],
  [["outcomes", "--workload", "benchmark"], /no measurement by benchmark that outcomes could be shown of/],
  [["reasons", "--packages", "prgo"], /--packages: there is no measurement of "prgo"/],
  [["outcomes", "--csv", "--json"], /exclude each other/],
])("refuses %j with a sentence", async (words, sentence) => {
  const scratch = await prepare();
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    const database = words.includes("--db") ? [] : ["--db", scratch.path("usage.db")];
    expect(await runLoupe(["report", ...words, ...database])).toBe(2);
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr.mock.calls.map(([text]) => String(text)).join("")).toMatch(sentence);
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
});
