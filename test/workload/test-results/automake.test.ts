// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { fixture, readFiles, readLogText } from "./fixtures.js";

test("reads a .trs file for each script, and one result for each TAP subtest", async () => {
  const results = await readFiles(fixture("automake/parallel"));
  expect(results.format).toBe("automake");
  expect(results.problems).toEqual([]);
  expect(Object.fromEntries(results.tests)).toEqual({
    "other/pass.sh": "passed",
    "tests/broken > 1": "passed",
    "tests/broken > 2": "error",
    "tests/fail": "failed",
    "tests/hard": "error",
    "tests/pass": "passed",
    "tests/skip": "skipped",
    "tests/sub > 1": "passed",
    "tests/sub > 2": "failed",
    "tests/sub > 3": "skipped",
    "tests/sub > 4": "expected-failure",
    "tests/sub > 5": "passed",
    "tests/sub > 6": "unexpected-pass",
    "tests/xfail": "expected-failure",
    "tests/xpass": "unexpected-pass",
  });
});

test("the .trs files stand for the log, whose own names are kept apart", async () => {
  const results = await collectResults({
    logFile: fixture("automake/parallel.log"),
    directory: fixture("automake/parallel"),
  });
  expect(results.tests.size).toBe(15);
  expect(results.tests.has("pass.sh")).toBe(false);
  expect(results.logged.get("automake")?.get("sub.tap > 3")).toBe("skipped");
});

test("falls back on the log, where scripts of one name are counted", async () => {
  const { tests } = await collectResults({ logFile: fixture("automake/serial.log") });
  expect(Object.fromEntries(tests)).toEqual({
    "pass.sh": "passed",
    "fail.sh": "failed",
    "skip.sh": "skipped",
    "xfail.sh": "expected-failure",
    "xpass.sh": "unexpected-pass",
    "hard.sh": "failed",
    "pass.sh (2)": "passed",
  });
});

test("adds the log where a directory has left no .trs files", async () => {
  const { tests } = await collectResults({
    logFile: fixture("automake/serial.log"),
    directory: fixture("automake/parallel/other"),
  });
  expect(tests.get("pass.sh")).toBe("passed");
  expect(tests.get("fail.sh")).toBe("failed");
  expect(tests.size).toBe(8);
});

test("a heading of test-suite.log, which names no suffix, is no other test", async () => {
  const suiteLog = [
    ".. contents:: :depth: 2",
    "",
    "FAIL: t/hard",
    "============",
    "",
    "no such file",
    "FAIL t/hard (exit status: 1)",
  ];
  const log = ["PASS: t/easy.sh", "FAIL: t/hard.sh", ...suiteLog, "PASS: u/other.sh", "=====", "PASS: u/last.sh"];
  const { tests } = await readLogText(log.join("\n"));
  expect(Object.fromEntries(tests)).toEqual({
    "t/easy.sh": "passed",
    "t/hard.sh": "failed",
    "u/other.sh": "passed",
    "u/last.sh": "passed",
  });
});

test("a summary alone tells how many tests passed", async () => {
  const summary = "==================\nAll 3 tests passed\n==================\n";
  const { tests } = await readLogText(summary);
  expect([...tests]).toEqual([
    ["test 1", "passed"],
    ["test 2", "passed"],
    ["test 3", "passed"],
  ]);
  expect((await readLogText("All 3 tests passed\n")).format).toBe("none");
});

test("a program's error message is no test", async () => {
  const { format, tests } = await readLogText("ERROR: cannot open the file\nERROR: hard.sh\n");
  expect([...tests]).toEqual([["hard.sh", "error"]]);
  expect(format).toBe("automake");
});
