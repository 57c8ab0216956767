// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { type Allowance, buildPolicy } from "../../src/export/build-policy.js";
import { type Policy, REFUSALS } from "../../src/export/policy.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { exampleManifest } from "../manifest/example.js";

function build(manifests: readonly Manifest[], allow: Allowance = "used", also: readonly string[] = []): Policy {
  return buildPolicy({
    manifests: manifests.map((manifest, index) => ({ file: `${index}.json`, manifest })),
    allow,
    also,
    otherwise: REFUSALS.EPERM,
    loader: "exec",
  });
}

const ALWAYS = ["execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn"];
const names = (calls: Policy["allowed"]): readonly string[] => calls.map(({ name }) => name).sort();

function feature(name: string, changes: Partial<Manifest["features"][number]> = {}): Manifest["features"][number] {
  return { kind: "syscall", name, calls: 1, executables: ["prog"], ...changes };
}

function observed(features: Manifest["features"]): Manifest {
  const { confirmation: _, search: __, ...rest } = exampleManifest();
  return { ...rest, outcome: "observed", features, conflicts: [] };
}

describe("what is allowed", () => {
  it("is all that was used, and what no process can do without", () => {
    const { allowed, unavailable } = build([exampleManifest()]);
    expect(names(allowed)).toEqual([...ALWAYS, "close", "getppid", "getsid", "openat", "write"].sort());
    expect(unavailable).toEqual([]);
  });

  it("leaves out what was stubbed while all was confirmed, not what was faked", () => {
    const { allowed, unavailable } = build([exampleManifest()], "required");
    expect(names(allowed)).toEqual([...ALWAYS, "getsid", "openat", "write"].sort());
    expect(names(unavailable)).toEqual(["close", "getppid"]);
  });

  it("is what any of several manifests needs", () => {
    const other = exampleManifest({ confirmation: { stubbed: [], faked: [], replicas: 3, passed: true } });
    const { allowed, unavailable } = build([exampleManifest(), other], "required");
    expect(names(allowed)).toContain("close");
    expect(unavailable).toEqual([]);
  });

  it("knows the calls by number, once each and in order", () => {
    const { allowed } = build([observed([feature("write", { number: 1 }), feature("read")])], "used", ["read", "0x27"]);
    expect(allowed.slice(0, 4)).toEqual([
      { name: "read", number: 0 },
      { name: "write", number: 1 },
      { name: "rt_sigreturn", number: 15 },
      { name: "getpid", number: 39 },
    ]);
  });

  it("leaves functions of calls and pseudo-files to their calls", () => {
    const features = [feature("openat"), feature("openat:O_PATH", { kind: "sub-feature" })];
    expect(names(build([observed(features)]).allowed)).toEqual([...ALWAYS, "openat"].sort());
  });

  it("keeps a call that only has a number", () => {
    const { allowed } = build([observed([feature("syscall_0x1f4", { number: 500 })])]);
    expect(allowed.at(-1)).toEqual({ name: "syscall_0x1f4", number: 500 });
  });
});

describe("refuses with a sentence", () => {
  const { package: described, ...rest } = exampleManifest();
  it.each<[string, Manifest, Allowance, RegExp]>([
    ["another architecture", { ...rest, package: { ...described, architecture: "arm64" } as never }, "used", /arm64/],
    ["numbers of another table", observed([feature("read", { number: 63 })]), "used", /read with the number 63/],
    ["an unknown call", observed([feature("frobnicate", { number: 7 })]), "used", /frobnicate/],
    ["an unknown call without a number", observed([feature("frobnicate")]), "used", /no number/],
    ["no calls", observed([]), "used", /allows nothing/],
    ["only observed", observed([feature("read")]), "required", /only observed/],
    ["a failed analysis", { ...observed([]), outcome: "baseline-fails", reason: "x" }, "used", /baseline-fails/],
  ])("%s", (_, manifest, allow, sentence) => {
    expect(() => build([manifest], allow)).toThrow(sentence);
    expect(() => build([manifest], allow)).toThrow(/^0\.json: /);
  });

  it("an unknown call that is to be allowed, too", () => {
    expect(() => build([exampleManifest()], "used", ["opnat"])).toThrow(/did you mean openat/);
  });
});
