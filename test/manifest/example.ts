// SPDX-License-Identifier: GPL-3.0-or-later
import type { Manifest } from "../../src/manifest/schema.js";

/** A manifest with every kind of verdict and a conflict. */
export function exampleManifest(changes: Partial<Manifest> = {}): Manifest {
  const feature = (
    name: string,
    number: number,
    verdict: NonNullable<Manifest["features"][number]["verdict"]>,
    [stub, fake]: readonly [boolean, boolean],
  ): Manifest["features"][number] => ({
    kind: "syscall",
    name,
    number,
    calls: 3,
    executables: ["src/prog"],
    verdict,
    stub: { works: stub, runs: stub ? 3 : 1, ...(!stub && { reason: "exit status 1; its last lines:\nFAIL: one" }) },
    fake: { works: fake, runs: fake ? 3 : 1, ...(!fake && { reason: "killed by SIGSEGV; it printed nothing" }) },
  });
  return {
    schema: "loupe-manifest/1",
    package: { source: "prog", version: "1.0-1", architecture: "amd64", binaries: ["prog", "libprog1"] },
    environment: { kernel: "6.18", tool: "loupe 0.1.0", libc: "glibc 2.36" },
    workload: {
      kind: "suite",
      command: ["make", "check"],
      testFormat: "exit-status",
      testsPassed: null,
      durationSeconds: 1.2,
    },
    outcome: "analyzed",
    executables: [
      {
        path: "src/prog",
        package: "prog",
        buildId: "0f".repeat(20),
        sha256: "ab".repeat(32),
        considered: "shipped",
        execs: 4,
      },
    ],
    features: [
      feature("write", 1, "fake", [false, true]),
      feature("openat", 257, "required", [false, false]),
      {
        ...feature("getsid", 124, "required", [true, true]),
        fake: { works: true, runs: 3, reason: "works alone, but not together with getppid" },
      },
      feature("getppid", 110, "any", [true, true]),
      feature("close", 3, "stub", [true, false]),
    ],
    confirmation: { stubbed: ["getppid", "close"], faked: ["write"], replicas: 3, passed: true },
    conflicts: [["getsid", "getppid"]],
    search: { strategy: "exhaustive", runs: 20, fullRuns: 12, seconds: 30.1, baselineSeconds: 1.2 },
    ...changes,
  };
}
