// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { compareManifests } from "../../src/manifest/compare.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { ignoreFeatures, isFinding } from "../../src/manifest/select-drift.js";
import { exampleManifest } from "./example.js";

const before = exampleManifest();

function withFeature(name: string, verdict: Manifest["features"][number]["verdict"]): Manifest {
  const feature = before.features[0] as Manifest["features"][number];
  return exampleManifest({ features: [...before.features, { ...feature, name, ...(verdict && { verdict }) }] });
}

function without(name: string): Manifest {
  return exampleManifest({ features: before.features.filter((feature) => feature.name !== name) });
}

describe("drift for the worse", () => {
  it.each([
    ["a new call that is required", withFeature("socket", "required"), true],
    ["a new call that is to be faked", withFeature("socket", "fake"), true],
    ["a new call that can be stubbed", withFeature("socket", "stub"), false],
    ["a new call that is avoidable", withFeature("socket", "any"), false],
    ["a call that is gone", without("openat"), false],
    ["a conflict that is gone", exampleManifest({ conflicts: [] }), false],
    ["no verdicts any more", { ...before, outcome: "timeout", reason: "too slow" } as Manifest, true],
  ])("%s", (_, after, worse) => {
    const drift = compareManifests(before, after);
    expect(isFinding(drift, "any")).toBe(true);
    expect(isFinding(drift, "worse")).toBe(worse);
  });

  it("a new call of which nothing is known", () => {
    const drift = compareManifests(before, withFeature("socket", undefined));
    const unknown = {
      ...drift,
      features: { gone: [], new: [{ kind: "syscall", name: "socket", verdict: null }] },
    } as const;
    expect(isFinding(unknown, "worse")).toBe(true);
  });

  it("verdicts that are there again are none", () => {
    const failed: Manifest = { ...before, outcome: "timeout", reason: "too slow" };
    expect(isFinding(compareManifests(failed, before), "worse")).toBe(false);
  });
});

describe("features that are ignored", () => {
  it("are left out of all lists", () => {
    const after = exampleManifest({
      features: before.features.filter(({ name }) => name !== "getppid"),
      confirmation: { stubbed: ["close"], faked: ["write"], replicas: 3, passed: true },
      conflicts: [],
    });
    const drift = compareManifests(before, after);
    expect(drift.differs).toBe(true);
    expect(ignoreFeatures(drift, ["getppid"])).toEqual(compareManifests(before, before));
    expect(ignoreFeatures(drift, ["openat"])).toEqual(drift);
  });

  it("leave other drift as it is", () => {
    const drift = compareManifests(before, withFeature("socket", "required"));
    expect(ignoreFeatures(drift, ["getppid"])).toEqual(drift);
  });
});
