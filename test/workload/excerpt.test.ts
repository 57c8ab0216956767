// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { excerptResults, excerptSuite, findScript, listEnded, listScripts } from "../../src/workload/excerpt.js";
import type { TestResults } from "../../src/workload/test-results/test-results.js";

const results: TestResults = {
  format: "automake",
  tests: new Map([
    ["tests/a", "passed"],
    ["tests/tap.sh > 1", "passed"],
    ["tests/tap.sh > 2", "skipped"],
    ["lib/a", "passed"],
  ]),
  logged: new Map(),
  scripts: new Map([
    ["lib/a", 6],
    ["tests/a", 1],
    ["tests/tap.sh", 3.5],
  ]),
  problems: [],
};

test("scripts come in the order in which they ended, with the tests that they report", () => {
  expect(listScripts(results)).toEqual([
    { name: "tests/a", tests: ["tests/a"], seconds: 1 },
    { name: "tests/tap.sh", tests: ["tests/tap.sh > 1", "tests/tap.sh > 2"], seconds: 2.5 },
    { name: "lib/a", tests: ["lib/a"], seconds: 2.5 },
  ]);
  expect(listScripts({ ...results, scripts: new Map() })).toEqual([]);
});

test.each([
  ["tests/a", "tests/a"],
  ["tests/a.sh", "tests/a"],
  ["tap.sh > 2", "tests/tap.sh"],
  // Two directories have one.
  ["a", "tests/a"],
  ["a (2)", "lib/a"],
  ["a (3)", undefined],
  ["ap.sh", undefined],
  ["absent", undefined],
])("what is reported as %j is the script %j", (reported, name) => {
  expect(findScript(listScripts(results), reported)?.name).toBe(name);
});

test("of a run that was ended, the output tells which scripts have ended", () => {
  const tests = new Map([
    ["a", "passed"],
    ["a (2)", "failed"],
  ] as const);
  expect([...listEnded(listScripts(results), tests)].map((script) => script?.name)).toEqual(["tests/a", "lib/a"]);
  expect(listEnded(listScripts(results))).toEqual(new Set());
});

test("the suite's command runs the scripts without result files alone", () => {
  const workload = {
    form: "suite",
    kind: "suite",
    command: ["make", "check"],
    directory: "/b",
    environment: { MAKEFLAGS: "k -- A=1", HOME: "/h" },
  } as const;
  const [, tap] = listScripts(results);
  const excerpt = excerptSuite(workload, tap === undefined ? [] : [tap]);
  expect(excerpt.environment).toEqual({ MAKEFLAGS: "k -- A=1 RECHECK_LOGS=", HOME: "/h" });
  expect(excerpt.command.slice(3)).toEqual(["sh", "/b/tests/tap.sh.trs", "/b/tests/tap.sh.log", "--", "make", "check"]);
  expect(excerptSuite({ ...workload, environment: {} }, []).environment).toEqual({ MAKEFLAGS: " -- RECHECK_LOGS=" });
  expect([...excerptResults(results, tap === undefined ? [] : [tap]).tests.keys()]).toEqual([
    "tests/tap.sh > 1",
    "tests/tap.sh > 2",
  ]);
});
