// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { TracedScript } from "../../src/tracing/trace-report.js";
import type { TestResults } from "../../src/workload/test-results/test-results.js";
import { findScript, listEnded, listScripts } from "../../src/workload/test-script.js";

const results: TestResults = {
  format: "automake",
  tests: new Map([
    ["tests/a", "passed"],
    ["tests/tap.sh > 1", "passed"],
    ["tests/tap.sh > 2", "skipped"],
    ["lib/a", "passed"],
  ]),
  logged: new Map(),
  problems: [],
};

function trace(file: readonly string[], parts: Partial<TracedScript> = {}): TracedScript {
  return {
    directory: "/b/tests",
    arguments: ["sh", "driver", ...file, "--", "./t"],
    environment: ["HOME=/h"],
    copies: new Map(),
    started: 1,
    ended: 3,
    considered: false,
    outlived: false,
    ...parts,
  };
}

const traced = [
  trace(["--trs-file", "a.trs"]),
  trace(["--trs-file=tap.sh.trs"], { started: 2, ended: 2.5, considered: true }),
  trace(["--trs-file", "/b/lib/a.trs"]),
];
const list = (scripts: readonly TracedScript[]): ReturnType<typeof listScripts> => listScripts(scripts, results, "/b");

test("scripts come in the order in which they were started, with the tests that they report", () => {
  const start = { directory: "/b/tests", environment: { HOME: "/h" }, copies: new Map() };
  const command = (...file: string[]): string[] => ["sh", "driver", ...file, "--", "./t"];
  expect(list(traced)).toEqual([
    {
      name: "tests/a",
      tests: ["tests/a"],
      seconds: 2,
      isConcerned: false,
      start: { ...start, command: command("--trs-file", "a.trs") },
    },
    {
      name: "tests/tap.sh",
      tests: ["tests/tap.sh > 1", "tests/tap.sh > 2"],
      seconds: 0.5,
      isConcerned: true,
      start: { ...start, command: command("--trs-file=tap.sh.trs") },
    },
    {
      name: "lib/a",
      tests: ["lib/a"],
      seconds: 2,
      isConcerned: false,
      start: { ...start, command: command("--trs-file", "/b/lib/a.trs") },
    },
  ]);
});

test.each([
  ["reports no test", trace(["--trs-file", "b.trs"])],
  ["is outside of the tree", trace(["--trs-file", "../../tests/a.trs"])],
  ["names no file", trace(["--trs-file"])],
  ["has not ended", { ...trace(["--trs-file", "a.trs"]), ended: undefined } as unknown as TracedScript],
  ["has bytes in its environment that are no UTF-8", trace(["--trs-file", "a.trs"], { environment: ["A=\udcff"] })],
])("a script that %s is left out", (_, script) => {
  expect(list([script])).toEqual([]);
});

test("of a script that was run twice, the last time counts", () => {
  const [first, second, third] = traced as [TracedScript, TracedScript, TracedScript];
  const again = list([first, second, third, { ...first, ended: 9 }]);
  expect(again.map(({ name, seconds }) => [name, seconds])).toEqual([
    ["tests/tap.sh", 0.5],
    ["lib/a", 2],
    ["tests/a", 8],
  ]);
});

test("make's processes are not shared any more", () => {
  const environment = ["MAKEFLAGS= -j2 --jobserver-auth=3,4 -- A=-j2", "MFLAGS=-w -j --jobserver-fds=5,6", "E=", "bad"];
  const [script] = list([trace(["--trs-file", "a.trs"], { environment })]);
  expect(script?.start.environment).toEqual({ MAKEFLAGS: " -- A=-j2", MFLAGS: "-w", E: "" });
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
  expect(findScript(list(traced), reported)?.name).toBe(name);
});

test("of a run that was ended, the output tells which scripts have ended", () => {
  const tests = new Map([
    ["a", "passed"],
    ["a (2)", "failed"],
  ] as const);
  expect([...listEnded(list(traced), tests)].map((script) => script?.name)).toEqual(["tests/a", "lib/a"]);
  expect(listEnded(list(traced))).toEqual(new Set());
});
