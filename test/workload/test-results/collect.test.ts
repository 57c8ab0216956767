// SPDX-License-Identifier: GPL-3.0-or-later
import { randomBytes } from "node:crypto";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EnvironmentError } from "../../../src/errors.js";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { makeDirectory, readFiles, readLogText } from "./fixtures.js";

test("without readable tests the exit status decides", async () => {
  expect(await readLogText("compiling...\ndone\n")).toEqual({
    format: "none",
    tests: new Map(),
    logged: new Map(),
    problems: [],
  });
});

test("formats of one run are merged, and names that they share kept apart", async () => {
  const directory = await makeDirectory();
  await writeFile(join(directory, "a.trs"), ":test-result: PASS\n");
  await writeFile(join(directory, "unit-junit.xml"), '<testsuite><testcase name="x"/><testcase name="y"/></testsuite>');
  const logFile = join(await makeDirectory(), "log");
  await writeFile(logFile, "1/1 Test #1: a ....   Passed    0.01 sec\n");
  const { format, tests } = await collectResults({ logFile, directory });
  expect(format).toBe("junit");
  expect([...tests]).toEqual([
    ["a", "passed"],
    ["a [ctest]", "passed"],
    ["unit-junit.xml > x", "passed"],
    ["unit-junit.xml > y", "passed"],
  ]);
});

test("what cannot be read is named, and its tests are missing", async () => {
  const directory = await makeDirectory();
  await mkdir(join(directory, "sub"));
  await writeFile(join(directory, "good.trs"), ":test-result: PASS\n");
  await writeFile(join(directory, "empty.trs"), "");
  await writeFile(join(directory, "odd.trs"), ":test-result: PASS\n:test-result: MAYBE\n");
  await writeFile(join(directory, "sub/junit.xml"), '<testsuite><testcase name="a">');
  await writeFile(join(directory, "huge.trs"), "");
  await truncate(join(directory, "huge.trs"), 1024 ** 3);
  await writeFile(join(directory, ".left-out"), "big.trs is larger than 1 bytes\n");
  const { tests, problems } = await readFiles(directory);
  expect([...tests.keys()]).toEqual(["good"]);
  expect(problems).toEqual([
    "not all result files were copied: big.trs is larger than 1 bytes",
    "empty.trs holds no :test-result: line; its tests count as not run",
    expect.stringMatching(/^huge\.trs is not read: it is larger than \d+ bytes/),
    'odd.trs holds the unknown test result "MAYBE"; its tests count as not run',
    expect.stringMatching(/^sub\/junit\.xml is not read: it is not well-formed XML \(line 1: /),
  ]);
});

test("a disk that was full when results were copied is named, though the note itself did not fit", async () => {
  const directory = await makeDirectory();
  await writeFile(join(directory, ".left-out"), "");
  expect((await readFiles(directory)).problems).toEqual(["not all result files were copied: the disk may be full"]);
});

test("noise is no test, whatever it is made of", async () => {
  const noise = Buffer.concat([randomBytes(1_000_000), Buffer.from("\nPASS: a\n"), Buffer.alloc(3_000_000, " .")]);
  const { tests, problems } = await readLogText(noise);
  expect(tests.get("a")).toBe("passed");
  expect(problems).toEqual([]);
});

test("lines that are made to be slow are read in time", async () => {
  const lines = [" ... ", "   ", " ok ", "::a ", "[ "].map((part) => part.repeat(2000));
  const log = ["1/1 Test #1: a", "1/1 a", "1: a", "t/a.t ", "a.py::b ", "PASS: "].flatMap((start) =>
    lines.map((line) => start + line),
  );
  const start = performance.now();
  await readLogText(log.join("\n"));
  expect(performance.now() - start).toBeLessThan(5000);
});

test("a log or directory that is not there is the environment's fault", async () => {
  const directory = await makeDirectory();
  await expect(collectResults({ logFile: join(directory, "none") })).rejects.toThrow(EnvironmentError);
  await expect(collectResults({ logFile: directory })).rejects.toThrow(/no regular file/);
  await expect(readFiles(join(directory, "none"))).rejects.toThrow(/cannot read the test results in /);
});
