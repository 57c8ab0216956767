// SPDX-License-Identifier: GPL-3.0-or-later
// The adaptive search on workloads that are described by which treatments they stand: the same verdicts as the exhaustive
// method for a fraction of the passing runs.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchAdaptively } from "../../src/analysis/adaptive.js";
import { searchExhaustively } from "../../src/analysis/exhaustive.js";
import type { Verdict } from "../../src/analysis/feature.js";
import { BUILT_IN_PRIOR, learnPrior } from "../../src/analysis/prior.js";
import { type DescribedExperimenter, experimentOn, type Treatments, use } from "./described-workload.js";

const VERDICTS: readonly Verdict[] = ["required", "stub", "fake", "any"];

/** A workload in which every feature keeps to its verdict, whatever is done with the others. */
function independent(verdicts: Readonly<Record<string, Verdict>>): (treatments: Treatments) => string | undefined {
  return (treatments) =>
    Object.keys(treatments).find((name) => verdicts[name] !== "any" && verdicts[name] !== treatments[name]);
}

function experimentOnVerdicts(
  verdicts: Readonly<Record<string, Verdict>>,
  blame: (culprit: string | undefined, treatments: Treatments) => string | undefined = (culprit) => culprit,
  failSeconds: (treatments: Treatments) => number = () => 1,
): DescribedExperimenter {
  const findCulprit = independent(verdicts);
  return experimentOn({
    passes: (treatments) => findCulprit(treatments) === undefined,
    blame: (treatments) => blame(findCulprit(treatments), treatments),
    failSeconds,
  });
}

const assignment = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.constantFrom(...VERDICTS), { maxKeys: 25 });

describe("the same verdicts as the exhaustive method, where features do not depend on each other", () => {
  const nobody = (): undefined => undefined;
  const erratic = (treatments: Treatments): number => (Object.keys(treatments).join("").length * 7919) % 40;
  test.each([
    ["the blame is right", undefined, undefined],
    ["the blame is always wrong", (_: unknown, treatments: Treatments) => Object.keys(treatments).at(-1), undefined],
    ["nobody is to blame", nobody, undefined],
    ["nobody is to blame, and failures take as long as successes", nobody, () => 9],
    ["nobody is to blame, and how long a failure takes says nothing", nobody, erratic],
  ])("%s", async (_, blame, failSeconds) => {
    await fc.assert(
      fc.asyncProperty(assignment, async (verdicts) => {
        const found = await searchAdaptively(
          use(...Object.keys(verdicts)),
          experimentOnVerdicts(verdicts, blame, failSeconds),
          BUILT_IN_PRIOR,
        );
        expect(Object.fromEntries(found.map(({ feature, verdict }) => [feature.name, verdict]))).toEqual(
          Object.fromEntries(Object.entries(verdicts)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

test("costs a handful of passing runs where the exhaustive method costs two for each feature", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `call${index}`);
  const verdicts = Object.fromEntries(
    names.map((name, index) => [name, index % 3 === 0 ? "required" : "any"] as const),
  );
  const adaptive = experimentOnVerdicts(verdicts);
  await searchAdaptively(use(...names), adaptive, BUILT_IN_PRIOR);
  const exhaustive = experimentOnVerdicts(verdicts);
  await searchExhaustively(use(...names), exhaustive);
  expect(adaptive.cost.passing).toBeLessThanOrEqual(3);
  expect(exhaustive.cost.passing).toBeGreaterThan(100);
});

test.each([
  // The groups that pass at last, and none on the way to the ten culprits: each is found by 6 to 7 failing runs, and proven by 2.
  ["ends early", 1, { runs: 90, passing: 2 }],
  // Parts that pass are kept, so that culprits are found by fewer runs, of which some pass.
  ["takes as long as a success", 9, { runs: 75, passing: 20 }],
])("costs a few runs for each culprit where nobody is to blame and a failure %s", async (_, seconds, most) => {
  const names = Array.from({ length: 50 }, (_unused, index) => `call${index}`);
  const verdicts = Object.fromEntries(
    names.map((name, index) => [name, index % 5 === 0 ? "required" : "any"] as const),
  );
  const { cost, ...experimenter } = experimentOnVerdicts(
    verdicts,
    () => undefined,
    () => seconds,
  );
  await searchAdaptively(use(...names), experimenter, BUILT_IN_PRIOR);
  expect(cost.runs).toBeLessThanOrEqual(most.runs);
  expect(cost.passing).toBeLessThanOrEqual(most.passing);
});

test("where failures take long, no stub is taken out for being suspected by mistake", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `call${index}`);
  const verdicts = Object.fromEntries(names.map((name) => [name, name === "call0" ? "required" : "any"] as const));
  const blameLast = (_: unknown, treatments: Treatments): string | undefined => Object.keys(treatments).at(-1);
  const { cost, ...experimenter } = experimentOnVerdicts(verdicts, blameLast, () => 9);
  await searchAdaptively(use(...names), experimenter, BUILT_IN_PRIOR);
  // Parts that pass on the way to the culprit and at the end, for each treatment, and nobody alone.
  expect(cost.passing).toBeLessThanOrEqual(4);
});

test("what earlier analyses found hopeless is not tried in a group", async () => {
  const verdicts = { mmap: "required", getpid: "any" } as const;
  const earlier = Array.from(
    { length: 5 },
    () => ({ kind: "syscall", name: "mmap", treatment: "stub", works: false }) as const,
  );
  const experimenter = experimentOnVerdicts(verdicts);
  const found = await searchAdaptively(use("mmap", "getpid"), experimenter, learnPrior(earlier));
  expect(found.map(({ verdict }) => verdict)).toEqual(["required", "any"]);
  // mmap alone twice, getpid's two groups: the group of both is not among them.
  expect(experimenter.cost.runs).toBe(4);
});

test("a search that fails waits for what it has started before", async () => {
  const experimenter = experimentOnVerdicts({ mmap: "required", brk: "required", getpid: "any" });
  const left = new Set<string>();
  const interrupted = new Error("interrupted");
  const search = searchAdaptively(
    use("mmap", "brk", "getpid"),
    {
      ...experimenter,
      tryOut: async (experiment) => {
        const name = experiment.treated.map(({ feature }) => feature.name).join();
        left.add(name);
        // Alone they end long after the search, and the second of them after the first.
        await new Promise((resolve) => setTimeout(resolve, left.size * 20));
        left.delete(name);
        throw new Error("ended");
      },
      probe: async (experiment) => {
        if (left.size === 2) {
          throw interrupted;
        }
        return experimenter.probe(experiment);
      },
    },
    BUILT_IN_PRIOR,
  );
  await expect(search).rejects.toBe(interrupted);
  expect(left).toEqual(new Set());
});
