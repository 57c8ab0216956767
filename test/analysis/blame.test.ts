// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { blame, type KnownEnds } from "../../src/analysis/blame.js";
import type { TreatedFeature } from "../../src/analysis/experiment.js";
import type { RuleSet } from "../../src/analysis/feature-rules.js";
import type { TracedExit, TracedRule, TraceReport } from "../../src/tracing/trace-report.js";

const PATH = "/b/prog";
const NOTHING_KNOWN: KnownEnds = { deaths: [], exits: new Map([[PATH, new Set([0])]]) };

function stub(name: string): TreatedFeature {
  return { feature: { kind: "syscall", name, number: 0 }, treatment: "stub" };
}

const OWNERS = ["brk", "access", "readlink", "ioctl"].map(stub);
/** Both of ioctl's rules have the same owner. */
const RULES = { rules: [], owners: [...OWNERS, OWNERS[3]] } as unknown as RuleSet;

function exitAfter(rule: number): TracedExit {
  const lastInterposed = { abi: "x86_64", number: 0, rule, secondsBefore: 0.1 } as const;
  return { pid: 1, executable: 0, path: PATH, exitCode: 4, seconds: 9, lastInterposed };
}

function report(firstSeconds: readonly number[], parts: Partial<TraceReport> = {}): TraceReport {
  const rules: readonly TracedRule[] = firstSeconds.map((seconds, rule) => ({
    rule,
    interposed: 3,
    firstSeconds: seconds,
  }));
  return { rules, executables: [], deaths: [], exits: [], hangs: [], ...parts } as unknown as TraceReport;
}

function namesOf(suspects: readonly TreatedFeature[]): readonly string[] {
  return suspects.map(({ feature }) => feature.name);
}

test("without a process that fails, who was put to use last is suspected first; who was not, not at all", () => {
  const { culprit, suspects } = blame(report([1, 0.5, 8]), RULES, NOTHING_KNOWN);
  expect(culprit).toBeUndefined();
  expect(namesOf(suspects)).toEqual(["readlink", "brk", "access"]);
});

test("a treatment of several rules is as old as the first of them", () => {
  expect(namesOf(blame(report([3, 2, 1, 0.5, 9]), RULES, NOTHING_KNOWN).suspects)).toEqual([
    "brk",
    "access",
    "readlink",
    "ioctl",
  ]);
});

test("a process that fails as none did before points at its last interposed call", () => {
  const { culprit, suspects } = blame(report([1, 0.5, 8], { exits: [exitAfter(1)] }), RULES, NOTHING_KNOWN);
  expect(culprit?.feature.name).toBe("access");
  expect(namesOf(suspects)).toEqual(["access", "readlink", "brk"]);
});

test("one that fails as it always does points at nobody", () => {
  const known = { ...NOTHING_KNOWN, exits: new Map([[PATH, new Set([0, 4])]]) };
  expect(blame(report([1, 0.5, 8], { exits: [exitAfter(1)] }), RULES, known).culprit).toBeUndefined();
});
