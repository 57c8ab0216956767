// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { readTapTest } from "../../../src/workload/test-results/tap-line.js";
import { fixture, readLogText } from "./fixtures.js";

const FILES = {
  "t/bad.t": "failed",
  "t/died.t": "failed",
  "t/fail.t": "failed",
  "t/killed.t": "failed",
  "t/noplan.t": "failed",
  "t/pass.t": "passed",
  "t/skipall.t": "skipped",
  "t/some.t": "passed",
  "t/subtests.t": "passed",
  "t/todo-pass.t": "passed",
};

test.each(["prove", "prove-j4"])("%s reports files", async (name) => {
  const { format, tests } = await collectResults({ logFile: fixture(`tap/${name}.log`) });
  expect(format).toBe("tap");
  expect(Object.fromEntries(tests)).toEqual(FILES);
});

test.each(["prove-verbose", "prove-j4-verbose"])("%s reports the tests of each file", async (name) => {
  const { tests } = await collectResults({ logFile: fixture(`tap/${name}.log`) });
  expect(Object.fromEntries(tests)).toEqual({
    ...FILES,
    "t/bad.t > 1": "passed",
    "t/bad.t > 2": "passed",
    "t/died.t > 1": "passed",
    "t/fail.t > 1": "passed",
    "t/fail.t > 2": "failed",
    "t/fail.t > 3": "failed",
    "t/killed.t > 1": "passed",
    "t/noplan.t > 1": "passed",
    "t/noplan.t > 2": "passed",
    "t/pass.t > 1": "passed",
    "t/pass.t > 2": "passed",
    "t/some.t > 1": "passed",
    "t/some.t > 2": "skipped",
    "t/some.t > 3": "skipped",
    "t/some.t > 4": "expected-failure",
    "t/subtests.t > 1 > 1": "passed",
    "t/subtests.t > 1 > 2": "passed",
    "t/subtests.t > 1": "passed",
    "t/subtests.t > 2": "passed",
    "t/todo-pass.t > 1": "unexpected-pass",
  });
});

test("reads a stream that no harness has touched", async () => {
  const { tests } = await collectResults({ logFile: fixture("tap/bare.log") });
  expect(Object.fromEntries(tests)).toEqual({
    "test 1": "passed",
    "test 2": "skipped",
    "test 3": "skipped",
    "test 4": "expected-failure",
  });
});

test("streams that follow one another do not hide each other's tests", async () => {
  const { tests } = await readLogText("1..2\nok\nok\n1..2\nok 1 - a\nnot ok 2 - b\n");
  expect([...tests]).toEqual([
    ["test 1", "passed"],
    ["test 2", "passed"],
    ["test 1 (2)", "passed"],
    ["test 2 (2)", "failed"],
  ]);
});

test("reads prove's progress on a terminal, with --timer", async () => {
  const { tests } = await readLogText("t/a.t .. 1/? \rt/a.t .. ok   \n[07:00:58] t/b.t .. ok       12 ms\n");
  expect([...tests]).toEqual([
    ["t/a.t", "passed"],
    ["t/b.t", "passed"],
  ]);
});

describe("a line", () => {
  test.each([
    ["ok", "passed"],
    ["ok 1", "passed"],
    ["not ok 2 name", "failed"],
    ["ok 3 # skip: no network", "skipped"],
    ["ok 3 # SKIPPED", "skipped"],
    ["not ok 4 # SKIP", "failed"],
    ["ok 5 - uses \\# skip as a name", "passed"],
    ["ok - a name", "passed"],
    ["        ok 1 - deep", "passed"],
  ])("%j is a test", (line, outcome) => {
    expect(readTapTest(line)?.outcome).toBe(outcome);
  });

  test.each(["ok to continue", "okay", "ok, done", "  ok 1", "ok 123456789", "not okay", " ".repeat(400)])(
    "%j is none",
    (line) => {
      expect(readTapTest(line)).toBeUndefined();
    },
  );
});
