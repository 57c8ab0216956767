// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { summarizeBaseline } from "../../../src/workload/test-results/baseline-tests.js";
import { describeLoss, findLosses } from "../../../src/workload/test-results/losses.js";
import { readLogText } from "./fixtures.js";

const BASELINE = [
  "1..5\nok 1\nok 2\nok 3\nok 4 # SKIP x\nnot ok 5 # TODO x\n",
  "1..5\nok 1\nok 2\nnot ok 3\nok 4 # SKIP x\nnot ok 5 # TODO x\nok 6\n",
];
const readBaseline = () => Promise.all(BASELINE.map(readLogText));

test("tells reliable tests from flaky ones", async () => {
  expect(summarizeBaseline(await readBaseline())).toEqual({
    format: "tap",
    passing: ["test 1", "test 2"],
    flaky: ["test 3", "test 6"],
    counts: { passed: 2, failed: 0, skipped: 1, "expected-failure": 1, "unexpected-pass": 0, error: 0 },
  });
  expect(summarizeBaseline([])).toMatchObject({ format: "none", passing: [], flaky: [] });
});

test("the same results are no loss, whatever flaky tests and tests that did not pass do", async () => {
  const baseline = await readBaseline();
  expect(findLosses(baseline, await readLogText("ok 1\nok 2\nnot ok 4\nok 5\n"))).toEqual([]);
});

test.each([
  ["not ok 1\nok 2\n", "failed", "test 1 passed before and fails now"],
  ["ok 1 # SKIP no fcntl\nok 2\n", "skipped", "test 1 passed before and is skipped now"],
  ["not ok 1 # TODO\nok 2\n", "expected-failure", "test 1 passed before and is expected to fail now, and fails"],
  ["ok 2\n", "vanished", "test 1 passed before and is not reported any more"],
])("%j is a loss", async (log, now, sentence) => {
  const losses = findLosses(await readBaseline(), await readLogText(log));
  expect(losses).toEqual([{ name: "test 1", was: "passed", now }]);
  expect(losses.map(describeLoss)).toEqual([sentence]);
});

test("an empty log loses everything", async () => {
  expect(findLosses(await readBaseline(), await readLogText(""))).toHaveLength(2);
});

test.each([
  ["t/foo.t > 3", "test 3 of t/foo.t passed before and is skipped now"],
  ["t/foo.t > 3 > 1", "test 1 of t/foo.t > 3 passed before and is skipped now"],
  ["tests/sort", "test tests/sort passed before and is skipped now"],
])("%j is named so that a person finds it", (name, sentence) => {
  expect(describeLoss({ name, was: "passed", now: "skipped" })).toBe(sentence);
});
