// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseJUnit } from "../../../src/workload/test-results/junit-xml.js";
import { fixture, readFiles } from "./fixtures.js";

test("reads pytest's report, the directory it ran in being part of the names", async () => {
  const { format, tests } = await readFiles(fixture("pytest/files"));
  expect(format).toBe("pytest");
  const prefix = ".pybuild/cpython3 > ";
  expect([...tests.keys()].every((name) => name.startsWith(prefix))).toBe(true);
  expect(Object.fromEntries(Array.from(tests, ([name, outcome]) => [name.slice(prefix.length), outcome]))).toEqual({
    "test_tiny::test_passes": "passed",
    "test_tiny::test_fails": "failed",
    "test_tiny::test_skips": "skipped",
    "test_tiny::test_expected": "expected-failure",
    "test_tiny::test_unexpected": "passed",
    "test_tiny::test_strict": "failed",
    "test_tiny::test_error": "error",
    "test_tiny::test_teardown": "error",
    "test_tiny::test_values[a b]": "passed",
    "test_tiny::test_values[[c]]": "passed",
    "test_tiny::test_values[\\xe9]": "passed",
    "test_tiny.TestThing::test_method": "passed",
    "test_tiny.Old::test_sub": "passed",
    "sub.test_other::test_passes": "passed",
  });
});

test("a module that pytest cannot import is in error", async () => {
  const { tests } = await readFiles(fixture("pytest/broken"));
  expect([...tests.values()]).toEqual(["error"]);
});

test("reads nested suites, empty elements and GoogleTest's status", () => {
  const report = parseJUnit(`<testsuites><testsuite name="outer"><testsuite name="inner">
    <testcase name="a"/><testcase name="b" status="notrun"/><testcase name="&lt;c&gt; &amp;amp;" classname="K"><failure/></testcase>
    <testcase/></testsuite></testsuite><testsuite/></testsuites>`);
  expect(report).toEqual({
    kind: "tests",
    tests: [
      { name: "a", className: "", suite: "inner", outcome: "passed" },
      { name: "b", className: "", suite: "inner", outcome: "skipped" },
      { name: "<c> &amp;", className: "K", suite: "inner", outcome: "failed" },
      { name: "", className: "", suite: "inner", outcome: "passed" },
    ],
  });
});

test("does not expand entities that the document defines", () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${"a".repeat(1000)}"><!ENTITY b "&a;&a;&a;">]>
    <testsuite name="&b;"><testcase name="&b;"/></testsuite>`;
  expect(parseJUnit(bomb)).toMatchObject({ kind: "tests", tests: [{ name: "&b;" }] });
});

test("a report that is cut off anywhere is refused as a whole", async () => {
  const whole = await readFile(fixture("meson/files/obj/meson-logs/testlog.junit.xml"), "utf8");
  for (let length = 0; length < whole.length; length += 37) {
    expect(parseJUnit(whole.slice(0, length)).kind, `cut at ${length}`).toBe("unreadable");
  }
});

test.each([
  ["", /not well-formed/],
  ["no xml", /not well-formed/],
  ["<project/>", /no testsuites or testsuite/],
  ['<testsuite name="a" name="b"/>', /not well-formed/],
  [`<testsuite>${"<testsuite>".repeat(5000)}${"</testsuite>".repeat(5001)}`, /nested/],
  ["<testsuite><__proto__/></testsuite>", /cannot be parsed/],
])("refuses %.40j", (xml, reason) => {
  expect(parseJUnit(xml)).toEqual({ kind: "unreadable", reason: expect.stringMatching(reason) });
});
