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

test("the C library is the one that is installed", async () => {
  const { stdout } = await execa("ldd", ["--version"]);
  const upstream = /(\d+\.\d+)$/m.exec(stdout)?.[1];
  expect(await describeLibc()).toBe(`glibc ${upstream}`);
});
