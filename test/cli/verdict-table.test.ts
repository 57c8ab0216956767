// SPDX-License-Identifier: GPL-3.0-or-later
import { Chalk } from "chalk";
import { expect, test } from "vitest";
import { renderVerdictTable } from "../../src/cli/verdict-table.js";
import { exampleManifest } from "../manifest/example.js";

const PLAIN = { colors: new Chalk({ level: 0 }), width: undefined };

test("shows every feature, the required ones first with their reasons, and sums up", () => {
  expect(renderVerdictTable(exampleManifest(), PLAIN).split("\n")).toEqual([
    "feature  calls  verdict   stubbed  faked  why it is required",
    "openat       3  required  fails    fails  killed by SIGSEGV; it printed nothing",
    "getsid       3  required  works    works  works alone, but not together with getppid",
    "write        3  fake      fails    works",
    "close        3  stub      works    fails",
    "getppid      3  any       works    works",
    "5 features used: 2 required, 1 fake, 1 stub, 1 any. Confirmed together in 3 runs: 2 stubbed, 1 faked.",
    "Avoidable alone, but not together: getsid, getppid.",
    "",
  ]);
});

test("colours only where they are wanted", () => {
  const colored = renderVerdictTable(exampleManifest(), { colors: new Chalk({ level: 1 }), width: 120 });
  expect(colored).toContain("\u001b[31mrequired");
  expect(renderVerdictTable(exampleManifest(), PLAIN)).not.toContain("\u001b");
});

test("says why there are no verdicts", () => {
  const { confirmation: _, search: __, ...rest } = exampleManifest();
  const failed = { ...rest, outcome: "baseline-fails" as const, reason: "exit status 1", features: [], conflicts: [] };
  expect(renderVerdictTable(failed, PLAIN)).toBe("baseline-fails: exit status 1\n");
});

test("names and reasons from a hostile place cannot steer a terminal", () => {
  const manifest = exampleManifest();
  const features = manifest.features.map((feature) => ({ ...feature, name: `\u001b]0;x\u0007${feature.name}` }));
  const text = renderVerdictTable({ ...manifest, features }, PLAIN);
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("\u0007");
});

test("fits the terminal", () => {
  const manifest = exampleManifest();
  const reason = `exit status 1; its last lines:\n${"long ".repeat(100)}`;
  const features = manifest.features.map((feature) => ({ ...feature, fake: { works: false, runs: 1, reason } }));
  const lines = renderVerdictTable({ ...manifest, features }, { ...PLAIN, width: 100 }).split("\n");
  expect(Math.max(...lines.slice(0, 6).map(({ length }) => length))).toBeLessThanOrEqual(100);
});
