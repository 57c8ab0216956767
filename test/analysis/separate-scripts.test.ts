// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { listSeparateScripts } from "../../src/analysis/separate-scripts.js";
import type { TracedExecutable, TracedScript, TraceReport } from "../../src/tracing/trace-report.js";
import type { RunResult } from "../../src/workload/run-result.js";

function trace(name: string, considered: boolean, parts: Partial<TracedScript> = {}): TracedScript {
  return {
    directory: "/b",
    arguments: ["driver", "--trs-file", `${name}.trs`],
    environment: [],
    copies: new Map(),
    started: 0,
    ended: 1,
    considered,
    outlived: false,
    ...parts,
  };
}

interface Case {
  readonly scripts?: readonly TracedScript[];
  readonly outside?: number;
  readonly longestSeconds?: number;
  readonly sandbox?: boolean;
}

const SCRIPTS = [trace("a", true), trace("b", false)];

function list({ scripts = SCRIPTS, outside = 0, longestSeconds = 10, sandbox = true }: Case): readonly string[][] {
  const executables = [
    { considered: true, execsOutsideScripts: outside },
    { considered: false, execsOutsideScripts: 7 },
  ] as unknown as readonly TracedExecutable[];
  const tests = { format: "automake", tests: new Map(), logged: new Map(), problems: [] } as const;
  const observation = {
    report: { executables, scripts } as Partial<TraceReport>,
    tests: { ...tests, tests: new Map(["a", "b", "c"].map((name) => [name, "passed"])) },
  } as unknown as RunResult;
  const workload = { form: "suite", kind: "suite", command: ["make"], directory: "/b", environment: {} } as const;
  const isolation = sandbox ? { sandbox: { overlays: [], keep: [] } } : { problem: "no" };
  const found = listSeparateScripts({ isolation, workload }, { longestSeconds, observation });
  return [found.scripts, found.concerned].map((some) => some.map(({ name }) => name));
}

test("the scripts that start considered programs are told from the others", () => {
  expect(list({})).toEqual([["a", "b"], ["a"]]);
});

test.each<[string, Case, readonly string[]]>([
  ["considered programs are started outside of scripts", { outside: 1 }, ["a", "b"]],
  [
    "a considered process outlives its script",
    { scripts: [trace("a", true, { outlived: true }), trace("b", false)] },
    ["a", "b"],
  ],
  ["a script that starts one is not known", { scripts: [...SCRIPTS, trace("unreported", true)] }, ["a", "b"]],
  ["all start some", { scripts: [trace("a", true), trace("b", true)] }, ["a", "b"]],
  ["the others take no time", { scripts: [trace("a", true), trace("b", false, { ended: 0.2 })] }, ["a", "b"]],
])("none are where %s", (_, described, scripts) => {
  expect(list(described)).toEqual([scripts, []]);
});

test.each<[string, Case]>([
  ["in a short suite", { longestSeconds: 3 }],
  ["without sandboxes", { sandbox: false }],
  ["of a single script", { scripts: [trace("a", true)] }],
])("no excerpts are made %s", (_, described) => {
  expect(list(described)).toEqual([[], []]);
});
