// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { listLost } from "../../src/analysis/lost-tests.js";
import { NOTHING_EXPECTED } from "../../src/workload/expectation.js";
import type { TestOutcome, TestResults } from "../../src/workload/test-results/test-results.js";

function report(tests: Readonly<Record<string, TestOutcome>>): TestResults {
  return {
    format: "automake",
    tests: new Map(Object.entries(tests)),
    logged: new Map(),
    problems: [],
  };
}

const names = ["t/a", "t/b", "t/c", "t/d", "t/e"];
const start = { directory: "/b", command: ["true"], environment: {}, copies: new Map() };
const scripts = names.map((name) => ({ name, tests: [name], seconds: 1, isConcerned: true, start }));
const passing = report(Object.fromEntries(names.map((name) => [name, "passed"])));
const suite = { scripts, expected: { ...NOTHING_EXPECTED, tests: [passing] } };
const STALL = { kind: "stall", seconds: 2 } as const;
const EXIT = { kind: "command", exitCode: 2, signal: null } as const;

test("of a run that was ended, the script that the output names", () => {
  const failure = { kind: "tests", losses: [{ name: "b.sh", was: "passed", now: "failed" }] } as const;
  expect(listLost(suite, { failure }, "end")).toEqual(["t/b"]);
  expect(listLost(suite, { failure: EXIT }, "end")).toEqual([]);
});

test("of a run that went on, all that are reported as lost; make may have given up before the others", () => {
  const tests = report({ "t/a": "passed", "t/b": "failed", "t/d": "skipped" });
  expect(listLost(suite, { failure: EXIT, tests }, "go-on")).toEqual(["t/b", "t/d"]);
});

test("of a run that hung, also the first scripts that did not end, by whatever name the others are reported", () => {
  const tests = report({ a: "passed", "b.sh": "passed" });
  expect(listLost(suite, { failure: STALL, tests }, "go-on")).toEqual(["t/c", "t/d", "t/e"]);
});

test("where nothing is known, nothing", () => {
  expect(listLost(suite, { failure: STALL }, "go-on")).toEqual([]);
});
