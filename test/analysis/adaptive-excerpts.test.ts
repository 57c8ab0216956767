// SPDX-License-Identifier: GPL-3.0-or-later
// The adaptive search where tests can be run without the others: the same verdicts, and hardly any run of the whole.
import fc from "fast-check";
import { expect, test } from "vitest";
import { searchAdaptively } from "../../src/analysis/adaptive.js";
import { searchExhaustively } from "../../src/analysis/exhaustive.js";
import type { Verdict } from "../../src/analysis/feature.js";
import { BUILT_IN_PRIOR } from "../../src/analysis/prior.js";
import { type DescribedTest, experimentOnSuite, type Hiding } from "./described-suite.js";
import { type Treatments, use } from "./described-workload.js";

const VERDICTS: readonly Verdict[] = ["required", "stub", "fake", "any"];

/** A test that needs features as these verdicts say. */
function describeTest(name: string, seconds: number, needs: Readonly<Record<string, Verdict>>): DescribedTest {
  const suits = (feature: string, treatment: "stub" | "fake"): boolean =>
    [undefined, "any", treatment].includes(needs[feature]);
  return {
    name,
    seconds,
    passes: (treatments: Treatments) =>
      Object.entries(treatments).every(([feature, treatment]) => suits(feature, treatment)),
  };
}

const names = ["mmap", "openat", "read", "write", "ioctl", "getpid", "fcntl", "rename", "umask", "brk", "futex"];
const nameOf = (index: number): string => names[index] ?? "";
const needs = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...VERDICTS));
const suite = fc
  .array(fc.record({ needs, seconds: fc.integer({ min: 1, max: 20 }), isBlind: fc.boolean() }), {
    minLength: 2,
    maxLength: 8,
  })
  .map((tests) =>
    tests.map(({ needs, seconds, isBlind }, index) => ({ ...describeTest(`test ${index}`, seconds, needs), isBlind })),
  );
const lonely = fc.subarray(["test 0", "test 1", "test 2", "test 3"]);

test("finds the same verdicts as the exhaustive method, whatever single tests need", async () => {
  await fc.assert(
    fc.asyncProperty(suite, lonely, async (tests, failingAlone) => {
      const used = use(...names);
      const found = await searchAdaptively(used, experimentOnSuite(tests, failingAlone).experimenter, BUILT_IN_PRIOR);
      const expected = await searchExhaustively(used, experimentOnSuite(tests).experimenter);
      const verdicts = (list: typeof found): unknown => list.map(({ feature, verdict }) => [feature.name, verdict]);
      expect(verdicts(found)).toEqual(verdicts(expected));
      // What works was seen to work in the whole suite.
      expect(found.flatMap(({ stub, fake }) => [stub, fake]).filter(({ works, runs }) => works && runs === 0)).toEqual(
        [],
      );
    }),
    { numRuns: 300 },
  );
});

const hiding = fc.tuple(fc.nat(names.length - 1), fc.nat(names.length - 1)).filter(([hider, hidden]) => hider < hidden);
const hidings = fc
  .array(hiding, { maxLength: 8 })
  .map((pairs) =>
    pairs.sort(([one], [other]) => one - other).map(([hider, hidden]): Hiding => [nameOf(hider), nameOf(hidden)]),
  );

test("what others keep from being used is judged without them", async () => {
  await fc.assert(
    fc.asyncProperty(suite, lonely, hidings, async (described, failingAlone, pairs) => {
      // What only a blind test shows, no survey of the others does.
      const tests = described.map((test) => ({ ...test, isBlind: false }));
      const used = use(...names);
      const { experimenter } = experimentOnSuite(tests, failingAlone, pairs);
      const found = await searchAdaptively(used, experimenter, BUILT_IN_PRIOR);
      const expected = await searchExhaustively(used, experimentOnSuite(tests).experimenter);
      const verdicts = (list: typeof found): unknown => list.map(({ feature, verdict }) => [feature.name, verdict]);
      expect(verdicts(found)).toEqual(verdicts(expected));
    }),
    { numRuns: 300 },
  );
});

test("what fails is proven by short tests, and the whole runs a handful of times", async () => {
  const startup = { mmap: "required", openat: "required", read: "required" } as const;
  const tests = [
    describeTest("long", 30, startup),
    ...["rename", "umask", "fcntl", "write"].map((name) =>
      describeTest(`${name} alone`, 1, { ...startup, [name]: "required" as const }),
    ),
  ];
  const { experimenter, opened } = experimentOnSuite(tests);
  const found = await searchAdaptively(use(...names), experimenter, BUILT_IN_PRIOR);
  const required = found.filter(({ verdict }) => verdict === "required").map(({ feature }) => feature.name);
  expect(required.sort()).toEqual(["fcntl", "mmap", "openat", "read", "rename", "umask", "write"]);
  expect(opened.flat()).not.toContain("long");
  // What shows the considered tests, both groups with their losses, and both when nothing is lost any more.
  expect(experimenter.cost.runs).toBeLessThanOrEqual(5);
});

test("what only shows in the whole is looked for there, and not in a test that passes without the others", async () => {
  const tests = [
    describeTest("one", 10, { mmap: "required" }),
    { ...describeTest("blind", 1, { umask: "required", fcntl: "required" }), isBlind: true },
  ];
  const { experimenter } = experimentOnSuite(tests);
  const found = await searchAdaptively(use(...names), experimenter, BUILT_IN_PRIOR);
  const required = found.filter(({ verdict }) => verdict === "required").map(({ feature }) => feature.name);
  expect(required).toEqual(["mmap", "fcntl", "umask"]);
  // Two culprits in each of two groups: halving nine takes four rounds of two, and each is then tried alone in both ways.
  expect(experimenter.cost.runs).toBeLessThanOrEqual(25);
});

test("where tests go together only with the others, the whole is searched", async () => {
  const tests = ["one", "two"].map((name) => describeTest(name, 10, { mmap: "required", umask: "fake" }));
  const { experimenter, opened } = experimentOnSuite(tests, ["one", "two"]);
  const found = await searchAdaptively(use("mmap", "umask", "brk"), experimenter, BUILT_IN_PRIOR);
  expect(found.map(({ verdict }) => verdict)).toEqual(["required", "fake", "any"]);
  expect(opened).toEqual([]);
});
