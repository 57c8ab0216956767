// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { fixture, readFiles } from "./fixtures.js";

const CTEST = {
  passes: "passed",
  "with some spaces": "passed",
  fails: "failed",
  skips: "skipped",
  crashes: "error",
  hangs: "error",
  not_found: "error",
  disabled: "skipped",
  regex: "failed",
  expected: "passed",
};

test.each(["plain", "parallel"])("reads ctest's output (%s)", async (name) => {
  const { format, tests } = await collectResults({ logFile: fixture(`ctest/${name}.log`) });
  expect(format).toBe("ctest");
  expect(Object.fromEntries(tests)).toEqual(CTEST);
});

test("reads ctest's JUnit report", async () => {
  const { format, tests } = await readFiles(fixture("ctest/files"));
  expect(format).toBe("junit");
  expect(Object.fromEntries(tests)).toEqual({
    "junit.xml > passes": "passed",
    "junit.xml > with some spaces": "passed",
    "junit.xml > fails": "failed",
    "junit.xml > skips": "skipped",
    "junit.xml > crashes": "failed",
    "junit.xml > hangs": "failed",
    "junit.xml > not_found": "skipped",
    "junit.xml > disabled": "skipped",
    "junit.xml > regex": "failed",
    "junit.xml > expected": "passed",
  });
});

const MESON = {
  "tiny / passes": "passed",
  "tiny:unit / fails": "failed",
  "tiny:unit+slow / skips": "skipped",
  "tiny / hard": "error",
  "tiny / expected": "expected-failure",
  "tiny / unexpected": "unexpected-pass",
  "tiny / crashes": "failed",
  "tiny / with some spaces": "passed",
  "tiny / tap": "failed",
  "tiny / tap good": "passed",
  "tiny / hangs": "error",
};

test.each(["plain", "verbose"])("reads meson's output (%s)", async (name) => {
  const { format, tests } = await collectResults({ logFile: fixture(`meson/${name}.log`) });
  expect(format).toBe("meson");
  expect(Object.fromEntries(tests)).toEqual(MESON);
});

test("meson's report adds subtests, and its log the timeout that the report passes", async () => {
  const directory = fixture("meson/files");
  expect((await readFiles(directory)).tests.get("tiny / hangs")).toBe("passed");
  const { tests } = await collectResults({ logFile: fixture("meson/plain.log"), directory });
  expect(Object.fromEntries(tests)).toEqual({
    ...MESON,
    "tiny / tap > 1 - opens": "passed",
    "tiny / tap > 2 - writes": "failed",
    "tiny / tap > 3 - locks": "skipped",
    "tiny / tap > 4 - maps": "passed",
    "tiny / tap good > 1 - opens": "passed",
    "tiny / tap good > 2 - closes": "passed",
  });
});

test("reads the output of GNU Autotest", async () => {
  const { format, tests } = await collectResults({ logFile: fixture("autotest/plain.log") });
  expect(format).toBe("autotest");
  expect(Object.fromEntries(tests)).toEqual({
    "1: passes": "passed",
    "2: fails, badly": "failed",
    "3: skips": "skipped",
    "4: expected": "expected-failure",
    "5: unexpected": "unexpected-pass",
    "6: a very long title of a test that goes on and on until the very end of the line": "passed",
  });
});
