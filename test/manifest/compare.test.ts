// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/analysis/feature.js";
import { compareManifests } from "../../src/manifest/compare.js";
import { manifestSchema } from "../../src/manifest/consistency.js";
import type { Manifest, ManifestFeature } from "../../src/manifest/schema.js";

function feature(name: string, verdict: Verdict): ManifestFeature {
  return {
    kind: "syscall",
    name,
    calls: 3,
    executables: ["prog"],
    verdict,
    stub: { works: verdict === "stub" || verdict === "any", runs: 3 },
    fake: { works: verdict === "fake" || verdict === "any", runs: 3 },
  };
}

function manifest(verdicts: Readonly<Record<string, Verdict>>, change: Partial<Manifest> = {}): Manifest {
  const named = Object.entries(verdicts);
  return manifestSchema.parse({
    schema: "loupe-manifest/1",
    package: { source: "hello", version: "2.10-3", architecture: "amd64", binaries: ["hello"] },
    environment: { kernel: "6.1", tool: "loupe 0.1.0", libc: "glibc 2.36" },
    workload: {
      kind: "suite",
      command: ["make", "check"],
      testFormat: "exit-status",
      testsPassed: null,
      durationSeconds: 2,
    },
    outcome: "analyzed",
    executables: [{ path: "prog", buildId: null, sha256: null, considered: "named", execs: 2 }],
    features: named.map(([name, verdict]) => feature(name, verdict)),
    confirmation: {
      stubbed: named.filter(([, verdict]) => verdict === "stub" || verdict === "any").map(([name]) => name),
      faked: named.filter(([, verdict]) => verdict === "fake").map(([name]) => name),
      replicas: 3,
      passed: true,
    },
    conflicts: [],
    search: { strategy: "exhaustive", runs: 9, fullRuns: 6, seconds: 12, baselineSeconds: 2 },
    ...change,
  });
}

const failed = (outcome: "flaky" | "timeout"): Manifest => {
  const { confirmation, search, ...rest } = manifest({});
  expect([confirmation, search]).not.toContain(undefined);
  return manifestSchema.parse({ ...rest, outcome, reason: "it did not pass twice", executables: [], features: [] });
};

const base = manifest({ read: "required", close: "any", brk: "stub", dup: "fake" });

describe("compareManifests", () => {
  it("sees no drift in the same results, whatever was measured and wherever", () => {
    const again = manifest(
      { dup: "fake", brk: "stub", close: "any", read: "required" },
      {
        environment: { kernel: "6.12", tool: "loupe 0.2.0", libc: "glibc 2.41" },
        executables: [{ path: "prog", buildId: "ab", sha256: null, considered: "named", execs: 7 }],
        search: { strategy: "exhaustive", runs: 90, fullRuns: 60, seconds: 99, baselineSeconds: 9 },
      },
    );
    const drift = compareManifests(base, again);
    expect(drift.differs).toBe(false);
    expect(drift.circumstances).toEqual([
      { name: "kernel", before: "6.1", after: "6.12" },
      { name: "C library", before: "glibc 2.36", after: "glibc 2.41" },
      { name: "tool", before: "loupe 0.1.0", after: "loupe 0.2.0" },
    ]);
  });

  it.each<readonly [Verdict, Verdict, "worse" | "better" | "other"]>([
    ["any", "required", "worse"],
    ["any", "stub", "worse"],
    ["fake", "required", "worse"],
    ["required", "stub", "better"],
    ["fake", "any", "better"],
    ["stub", "fake", "other"],
    ["fake", "stub", "other"],
  ])("calls a verdict that was %s and is %s %s", (before, after, direction) => {
    const drift = compareManifests(manifest({ read: before }), manifest({ read: after }));
    expect(drift.verdicts).toEqual([{ kind: "syscall", name: "read", before, after, direction }]);
    expect(drift.differs).toBe(true);
  });

  it("names features that are gone or new, with their verdicts", () => {
    const drift = compareManifests(base, manifest({ read: "required", close: "any", dup: "fake", openat: "required" }));
    expect(drift.features).toEqual({
      gone: [{ kind: "syscall", name: "brk", verdict: "stub" }],
      new: [{ kind: "syscall", name: "openat", verdict: "required" }],
    });
    expect(drift.stubbedTogether).toEqual({ gone: ["brk"], new: [] });
  });

  it("tells features of the same name apart by their kind", () => {
    const other = {
      ...base,
      features: base.features.map((entry, index) => ({
        ...entry,
        ...(index === 0 && { kind: "pseudo-file" as const }),
      })),
    };
    const drift = compareManifests(base, other);
    expect(drift.features.gone).toEqual([{ kind: "syscall", name: "read", verdict: "required" }]);
    expect(drift.features.new).toEqual([{ kind: "pseudo-file", name: "read", verdict: "required" }]);
  });

  it("names executables that are gone or new", () => {
    const drift = compareManifests(base, {
      ...base,
      executables: [{ path: "other", buildId: null, sha256: null, considered: "named", execs: 2 }],
    });
    expect(drift.executables).toEqual({ gone: ["prog"], new: ["other"] });
    expect(drift.differs).toBe(true);
  });

  it("sees another joint set although the verdicts are the same", () => {
    const faked = { ...base, confirmation: { stubbed: ["brk"], faked: ["close", "dup"], replicas: 3, passed: true } };
    const drift = compareManifests(base, faked);
    expect(drift).toMatchObject({ differs: true, verdicts: [], stubbedTogether: { gone: ["close"], new: [] } });
    expect(drift.fakedTogether).toEqual({ gone: [], new: ["close"] });
  });

  it("compares conflicts whatever the order of their names", () => {
    const conflicts = (...lists: string[][]): Manifest => ({ ...base, conflicts: lists });
    expect(compareManifests(conflicts(["brk", "dup"]), conflicts(["dup", "brk"])).differs).toBe(false);
    expect(compareManifests(base, conflicts(["dup", "brk"])).conflicts).toEqual({ gone: [], new: [["brk", "dup"]] });
  });

  it("does not take a failed run for a program without features", () => {
    const drift = compareManifests(base, failed("flaky"));
    expect(drift.outcome).toEqual({ before: "analyzed", after: "flaky" });
    expect(drift.features).toEqual({ gone: [], new: [] });
    expect(drift.executables).toEqual({ gone: [], new: [] });
    expect(compareManifests(failed("timeout"), failed("timeout")).differs).toBe(false);
  });

  it("compares what an observation saw, without verdicts", () => {
    const { confirmation, search, ...rest } = base;
    expect([confirmation, search]).not.toContain(undefined);
    const features = base.features
      .slice(1)
      .map(({ kind, name, calls, executables }) => ({ kind, name, calls, executables }));
    const drift = compareManifests(base, manifestSchema.parse({ ...rest, outcome: "observed", features }));
    expect(drift.features.gone).toEqual([{ kind: "syscall", name: "read", verdict: "required" }]);
    expect(drift.verdicts).toEqual([]);
    expect(drift.stubbedTogether).toEqual({ gone: [], new: [] });
  });

  it("tells that package, version and command are others", () => {
    const other = { ...base, package: { name: "bye" }, workload: { ...base.workload, command: ["make check"] } };
    expect(compareManifests(base, other)).toMatchObject({
      differs: false,
      circumstances: [
        { name: "package", before: "hello", after: "bye" },
        { name: "version", before: "2.10-3", after: "none" },
        { name: "architecture", before: "amd64", after: "none" },
        { name: "command", before: "make check", after: '"make check"' },
      ],
    });
  });

  it("turns every gone into a new when the manifests change places", () => {
    const later = manifest({ read: "required", openat: "any" });
    const there = compareManifests(base, later);
    const back = compareManifests(later, base);
    expect(back.features).toEqual({ gone: there.features.new, new: there.features.gone });
    expect(back.stubbedTogether).toEqual({ gone: there.stubbedTogether.new, new: there.stubbedTogether.gone });
  });
});
