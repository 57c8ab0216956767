// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { collectNeeds } from "../../src/planning/manifest-needs.js";
import { requireMeasured, selectPackages } from "../../src/planning/select-packages.js";
import { exampleManifest } from "../manifest/example.js";

const example = exampleManifest();

/** The example of another package, without verdicts. */
const failed = {
  ...example,
  package: { name: "broken" },
  outcome: "baseline-fails" as const,
  reason: "exit status 1",
  features: [],
};

describe("collectNeeds", () => {
  it("takes the verdicts of system calls, and the names of binary packages", () => {
    const withFile = {
      ...example,
      features: [...example.features, { ...example.features[0], kind: "pseudo-file" }],
    } as never;
    const { measured, unmeasured } = collectNeeds([withFile]);
    expect(unmeasured).toEqual([]);
    expect(measured).toHaveLength(1);
    expect(measured[0]).toMatchObject({ name: "prog", binaries: ["libprog1", "prog"] });
    expect(Object.fromEntries(measured[0]?.needs ?? [])).toEqual({
      ...{ write: "fake", openat: "required", getsid: "required", getppid: "any", close: "stub" },
    });
  });

  it("needs of several workloads what any of them needs, and an implementation where they contradict", () => {
    const features = example.features.map((feature) =>
      feature.name === "write"
        ? { ...feature, verdict: "stub" as const }
        : feature.name === "getppid"
          ? { ...feature, verdict: "fake" as const }
          : { ...feature, verdict: "any" as const },
    );
    const { measured } = collectNeeds([{ ...example, features }, example]);
    expect(Object.fromEntries(measured[0]?.needs ?? [])).toEqual({
      ...{ write: "required", openat: "required", getsid: "required", getppid: "fake", close: "stub" },
    });
  });

  it("knows nothing of packages without verdicts, but why", () => {
    const observed = { ...example, package: { name: "seen" }, outcome: "observed" as const };
    expect(collectNeeds([failed, observed, { ...failed, outcome: "no-tests" }])).toEqual({
      measured: [],
      unmeasured: [
        { name: "broken", reason: "baseline-fails, no-tests" },
        { name: "seen", reason: "observed only, without verdicts" },
      ],
    });
  });

  it("counts a package that was analyzed once as measured", () => {
    const { measured, unmeasured } = collectNeeds([{ ...failed, package: example.package }, example]);
    expect([measured.length, unmeasured.length]).toEqual([1, 0]);
  });
});

describe("selectPackages", () => {
  const needs = collectNeeds([example, failed]);

  it("takes what is named, measured or not", () => {
    expect(selectPackages(needs, ["broken"])).toMatchObject({ measured: [], unmeasured: [{ name: "broken" }] });
  });

  it("refuses a name that nothing is known of", () => {
    expect(() => selectPackages(needs, ["prg"])).toThrow('there is no measurement of "prg"; did you mean prog?');
  });

  it("says that there is nothing to plan for", () => {
    expect(() => requireMeasured({ measured: [], unmeasured: [] })).toThrow(/no measured package/);
    expect(() => requireMeasured(selectPackages(needs, ["broken"]))).toThrow(/only package .*broken: baseline-fails/);
  });
});
