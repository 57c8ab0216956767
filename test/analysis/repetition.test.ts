// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { repeatTogether } from "../../src/analysis/repetition.js";
import { experimentOn, use } from "./described-workload.js";

const [access, brk, close] = use("access", "brk", "close").map(({ feature }) => feature);
if (access === undefined || brk === undefined || close === undefined) {
  throw new Error("three features were described");
}

test("runs of the search count: what has passed often enough is not run again", async () => {
  const experimenter = experimentOn({ passes: () => true });
  const both = [access, brk].map((feature) => ({ feature, treatment: "fake" as const }));
  await experimenter.run({ treated: both }, 2);
  const before = experimenter.cost.runs;
  const repeated = await repeatTogether([access, brk], "fake", experimenter);
  expect(experimenter.cost.runs).toBe(before);
  expect([...repeated]).toEqual([
    ["access", { works: true, runs: 2 }],
    ["brk", { works: true, runs: 2 }],
  ]);
});

test("what lacks runs is repeated together, as often as the one that lacks most", async () => {
  const experimenter = experimentOn({ passes: () => true });
  await experimenter.run({ treated: [{ feature: access, treatment: "fake" }] }, 1);
  const repeated = await repeatTogether([access, brk, close], "fake", experimenter);
  expect(experimenter.cost.runs).toBe(1 + 2);
  expect([...repeated.values()]).toEqual(Array.from({ length: 3 }, () => ({ works: true, runs: 2 })));
});

test("a group that was run before is run again as it was, also where some of it lack no runs", async () => {
  const experimenter = experimentOn({ passes: () => true });
  const all = [access, brk, close].map((feature) => ({ feature, treatment: "fake" as const }));
  await experimenter.run({ treated: all.slice(0, 1) }, 2);
  await experimenter.run({ treated: all }, 1);
  await repeatTogether([access, brk, close], "fake", experimenter);
  expect((await experimenter.run({ treated: all }, 1)).runs).toBe(2);
  expect(experimenter.cost.runs).toBe(2 + 2);
});

test("what fails alone does not work, and takes nothing along", async () => {
  const experimenter = experimentOn({ passes: (treatments) => treatments.brk === undefined });
  const repeated = await repeatTogether([access, brk, close], "fake", experimenter);
  expect([...repeated].map(([name, { works }]) => [name, works])).toEqual([
    ["access", true],
    ["brk", false],
    ["close", true],
  ]);
});

test("what passes in parts only works", async () => {
  const experimenter = experimentOn({ passes: (treatments) => Object.keys(treatments).length < 3 });
  const repeated = await repeatTogether([access, brk, close], "fake", experimenter);
  expect([...repeated.values()].every(({ works }) => works)).toBe(true);
});
