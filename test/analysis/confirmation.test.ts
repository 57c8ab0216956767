// SPDX-License-Identifier: GPL-3.0-or-later
// The search for a joint set, on workloads that are described by which treatments they stand together.
import { expect, test } from "vitest";
import { confirmJointly, UnstableWorkloadError } from "../../src/analysis/confirmation.js";
import { searchExhaustively } from "../../src/analysis/exhaustive.js";
import type { UsedFeature } from "../../src/analysis/feature.js";
import { experimentOn, type Treatments, use } from "./described-workload.js";

async function analyzeWith(
  names: readonly string[],
  passes: (treatments: Treatments) => boolean,
): ReturnType<typeof confirmJointly> {
  const experimenter = experimentOn({ passes });
  return confirmJointly(await searchExhaustively(use(...names), experimenter), experimenter);
}

test("every verdict, and a joint set that passes at once", async () => {
  const { features, confirmation, conflicts } = await analyzeWith(
    ["any", "fake", "required", "stub"],
    (treatments) => treatments.required === undefined && treatments.fake !== "stub" && treatments.stub !== "fake",
  );
  expect(features.map(({ verdict }) => verdict)).toEqual(["any", "fake", "required", "stub"]);
  expect(features[2]?.stub).toEqual({ works: false, runs: 1, reason: "it broke" });
  expect(confirmation).toEqual({ stubbed: ["any", "stub"], faked: ["fake"], replicas: 2, passed: true });
  expect(conflicts).toEqual([]);
});

test("one of two features that are avoidable alone but not together becomes required", async () => {
  const { features, confirmation, conflicts } = await analyzeWith(
    ["a", "b", "c", "d"],
    (treatments) => treatments.b === undefined || treatments.d === undefined,
  );
  expect(conflicts).toEqual([["b", "d"]]);
  expect(features.filter(({ verdict }) => verdict === "required").map(({ feature }) => feature.name)).toEqual(["d"]);
  expect(features[3]?.stub).toEqual({ works: true, runs: 2, reason: "works alone, but not together with b" });
  expect(confirmation).toMatchObject({ stubbed: ["a", "b", "c"], faked: [], passed: true });
});

test("a fake where stubs do not go together saves the feature", async () => {
  const { features, confirmation, conflicts } = await analyzeWith(
    ["a", "b"],
    (treatments) => !(treatments.a === "stub" && treatments.b === "stub"),
  );
  expect(conflicts).toEqual([]);
  expect(features.map(({ verdict }) => verdict)).toEqual(["any", "any"]);
  expect(confirmation).toMatchObject({ stubbed: ["b"], faked: ["a"], passed: true });
});

test("several conflicts, each costs one feature", async () => {
  const { features, conflicts } = await analyzeWith(
    ["a", "b", "c", "d", "e"],
    (treatments) =>
      !(treatments.a !== undefined && treatments.b !== undefined) &&
      !(treatments.c !== undefined && treatments.d !== undefined),
  );
  expect([...conflicts].sort()).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(features.filter(({ verdict }) => verdict === "required")).toHaveLength(2);
});

test("the joint set that is claimed has really passed, whatever the workload is like", async () => {
  // A workload of deterministic moods: neither monotone nor sensible.
  const mood = (treatments: Treatments): boolean => {
    const text = JSON.stringify(Object.entries(treatments).sort());
    return (
      Object.keys(treatments).length < 2 ||
      [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 5 === 1
    );
  };
  const { confirmation } = await analyzeWith(["a", "b", "c", "d", "e", "f"], mood);
  const joint = Object.fromEntries([
    ...confirmation.stubbed.map((name) => [name, "stub"] as const),
    ...confirmation.faked.map((name) => [name, "fake"] as const),
  ]);
  expect(mood(joint)).toBe(true);
});

test("a treatment that worked in a group and fails alone is not avoidable", async () => {
  const passes = (treatments: Treatments): boolean => treatments.a !== "stub";
  const works = { works: true, runs: 1 };
  const inGroup = use("a", "b").map((entry) => ({ ...entry, verdict: "any" as const, stub: works, fake: works }));
  const { features, confirmation } = await confirmJointly(inGroup, experimentOn({ passes }));
  expect(features[0]).toMatchObject({ verdict: "fake", stub: { works: false, reason: "it broke" } });
  expect(confirmation).toMatchObject({ stubbed: ["b"], faked: ["a"], passed: true });
});

test("a treatment that works by chance is no conflict with what it happened to fail with", async () => {
  // Faked alone, it spins for too long at the second time, and always beside the other one.
  let runs = 0;
  const passes = (treatments: Treatments): boolean => {
    const isFaked = treatments.futex === "fake";
    runs += isFaked && treatments.getegid === undefined ? 1 : 0;
    return treatments.futex === undefined || (isFaked && treatments.getegid === undefined && runs < 2);
  };
  const [failed, works] = [
    { works: false, runs: 1 },
    { works: true, runs: 2 },
  ];
  const [futex, getegid] = use("futex", "getegid");
  const found = await confirmJointly(
    [
      { ...(futex as UsedFeature), verdict: "fake", stub: failed, fake: works },
      { ...(getegid as UsedFeature), verdict: "any", stub: works, fake: works },
    ],
    experimentOn({ passes }),
  );
  expect(found.features[0]).toMatchObject({ verdict: "required", fake: { works: false, reason: "it broke" } });
  expect(found.conflicts).toEqual([]);
  expect(found.confirmation).toMatchObject({ stubbed: ["getegid"], faked: [], passed: true });
});

test("a workload that fails with nothing interposed is unstable", async () => {
  await expect(analyzeWith(["a"], () => false)).rejects.toThrow(UnstableWorkloadError);
});
