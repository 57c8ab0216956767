// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { normalizeName } from "../../../src/workload/test-results/names.js";
import { TestRecorder } from "../../../src/workload/test-results/test-recorder.js";

test.each([
  ["sorts in 0.25 s", "sorts in 3.1 s"],
  ["sorts (12ms)", "sorts (7ms)"],
  ["writes /tmp/tmp.Xyz12/a", "writes /tmp/tmp.Abc99/b"],
  ["connects to localhost:41234", "connects to localhost:5"],
  ["listens on port 41234", "listens on port 5123"],
  ["object at 0x7f3a2c001000", "object at 0x55d0c0ffee00"],
  ["covers 12.5%", "covers 80%"],
  ["started 2026-01-02 03:04:05", "started 2027-11-12T13:14:15Z"],
  ["id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-e89b-12d3-a456-426614174001"],
  ["\u001b[32mgreen\u001b[0m  name ", "green name"],
])("%j and %j are one name", (one, other) => {
  expect(normalizeName(one)).toBe(normalizeName(other));
});

test.each([
  ["tests/a.sh", "tests/b.sh"],
  ["test 1", "test 2"],
  ["utf8", "utf16"],
  ["0x1f", "0x20"],
])("%j and %j are two names", (one, other) => {
  expect(normalizeName(one)).not.toBe(normalizeName(other));
});

test("names are bounded and without control characters", () => {
  expect(normalizeName("x".repeat(1_000_000))).toHaveLength(300);
  expect(normalizeName("a\u0000b\nc")).toBe("a b c");
});

test("counts what has one name, also when a name looks counted already", () => {
  const recorder = new TestRecorder();
  for (const name of ["a", "a (2)", "a", "a"]) {
    recorder.report(name, "passed");
  }
  expect([...recorder.tests.keys()]).toEqual(["a", "a (2)", "a (3)", "a (4)"]);
});
