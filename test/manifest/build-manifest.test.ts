// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { expect, test } from "vitest";
import type { AnalysisResult } from "../../src/analysis/analysis.js";
import { buildManifest, describeLibc } from "../../src/manifest/build-manifest.js";
import { manifestSchema } from "../../src/manifest/consistency.js";

const FAILED: AnalysisResult = {
  outcome: "no-tests",
  reason: "no process executed /b/prog",
  workload: { form: "suite", kind: "suite", command: ["make", "check"], directory: "/b", environment: {} },
  executables: [{ path: "/b/src/prog", considered: "shipped", package: "prog", execs: 2 }],
  warnings: [],
};

test("paths below the source tree do not depend on where it was", () => {
  const manifest = buildManifest({ package: { name: "prog" }, result: FAILED, libc: null, relativeTo: "/b/" });
  expect(manifest.executables).toEqual([
    { path: "src/prog", package: "prog", buildId: null, sha256: null, considered: "shipped", execs: 2 },
  ]);
  const other = buildManifest({ package: { name: "prog" }, result: FAILED, libc: null, relativeTo: "/b/s" });
  expect(other.executables[0]?.path).toBe("/b/src/prog");
  expect(manifestSchema.parse(manifest)).toEqual(manifest);
});

test("what is quoted of a log does not tell where the source tree was", () => {
  const reason = [
    "make[1]: Leaving directory '/home/me/b+1.0'",
    "cc -ffile-prefix-map=/home/me/b+1.0=. -o /home/me/b+1.0/src/prog /home/me/b+1.0.orig/prog.c",
    "cd /home/me/b+1.0",
  ].join("\n");
  const here = [
    "make[1]: Leaving directory '.'",
    "cc -ffile-prefix-map=.=. -o src/prog /home/me/b+1.0.orig/prog.c",
    "cd .",
  ].join("\n");
  for (const relativeTo of ["/home/me/b+1.0", "/home/me/b+1.0/"]) {
    const manifest = buildManifest({ package: { name: "b" }, result: { ...FAILED, reason }, libc: null, relativeTo });
    expect(manifest.reason).toBe(here);
  }
});

test("the C library is the one that is installed", async () => {
  const { stdout } = await execa("ldd", ["--version"]);
  const upstream = /(\d+\.\d+)$/m.exec(stdout)?.[1];
  expect(await describeLibc()).toBe(`glibc ${upstream}`);
});
