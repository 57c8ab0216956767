// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Verdict } from "../../src/analysis/feature.js";
import { openDatabase } from "../../src/database/open-database.js";
import { manifestSchema } from "../../src/manifest/consistency.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { readDatabaseNeeds } from "../../src/planning/database-needs.js";
import type { MeasurementSelection } from "../../src/planning/manifest-needs.js";
import type { PackageNeeds } from "../../src/planning/package-needs.js";
import { exampleManifest } from "../manifest/example.js";

/** A manifest with these verdicts. */
function analyzed(verdicts: Readonly<Record<string, Verdict>>, changes: Partial<Manifest>): Manifest {
  const features = Object.entries(verdicts).map(([name, verdict]) => ({
    ...{ kind: "syscall" as const, name, calls: 1, executables: ["src/prog"], verdict },
    stub: { works: verdict === "stub" || verdict === "any", runs: 1 },
    fake: { works: verdict === "fake" || verdict === "any", runs: 1 },
  }));
  const confirmation = { stubbed: [], faked: [], replicas: 1, passed: true };
  return manifestSchema.parse({ ...exampleManifest(), features, confirmation, conflicts: [], ...changes });
}

const debian = (version: string, architecture: string): Manifest["package"] => ({
  ...{ source: "prog", version, architecture, binaries: ["prog"] },
});

async function read(
  manifests: readonly Manifest[],
  selection: MeasurementSelection = { architecture: "amd64" },
): Promise<PackageNeeds> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-needs-"));
  const store = await openDatabase(join(directory, "usage.db"));
  onTestFinished(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });
  for (const manifest of manifests) {
    await store.mergeManifest(manifest);
  }
  return readDatabaseNeeds(store, selection);
}

const needsOf = ({ measured }: PackageNeeds): unknown =>
  Object.fromEntries(measured.map(({ name, needs }) => [name, Object.fromEntries(needs)]));

it("takes the newest version, and what any of its workloads needs", async () => {
  const found = await read([
    analyzed({ read: "required", bind: "required" }, { package: debian("1.9-1", "amd64") }),
    analyzed({ read: "any", dup: "stub", brk: "stub" }, { package: debian("1.10-1", "amd64") }),
    analyzed(
      { read: "required", dup: "fake" },
      { package: debian("1.10-1", "amd64"), workload: { ...exampleManifest().workload, kind: "benchmark" } },
    ),
  ]);
  expect(needsOf(found)).toEqual({ prog: { read: "required", dup: "required", brk: "stub" } });
  expect(found.measured[0]?.binaries).toEqual(["prog"]);
  expect(found.unmeasured).toEqual([]);
});

it("takes measurements of the architecture and the kind of workload that is asked for", async () => {
  const manifests = [
    analyzed({ read: "required" }, { package: debian("1-1", "amd64") }),
    analyzed({ write: "required" }, { package: debian("1-1", "arm64") }),
    analyzed({ openat: "any" }, { package: { name: "program" } }),
  ];
  expect(needsOf(await read(manifests))).toEqual({ prog: { read: "required" }, program: { openat: "any" } });
  expect(needsOf(await read(manifests, { architecture: "arm64" }))).toEqual({
    prog: { write: "required" },
    program: { openat: "any" },
  });
  expect(await read(manifests, { architecture: "amd64", workload: "benchmark" })).toMatchObject({
    measured: [],
    unmeasured: [
      { name: "prog", reason: "measured elsewhere: suite on amd64, measured elsewhere: suite on arm64" },
      { name: "program", reason: "measured elsewhere: suite" },
    ],
  });
});

it("knows nothing of a package that was only observed or failed, but why", async () => {
  const { confirmation, search, ...rest } = exampleManifest();
  expect([confirmation, search]).not.toContain(undefined);
  const seen = rest.features.map(({ kind, name, calls, executables }) => ({ kind, name, calls, executables }));
  const observed: Manifest = { ...rest, package: { name: "seen" }, outcome: "observed", features: seen, conflicts: [] };
  const failed: Manifest = {
    ...rest,
    ...{ package: { name: "bad" }, outcome: "flaky", reason: "now and then", features: [], conflicts: [] },
  };
  expect(await read([observed, failed])).toEqual({
    measured: [],
    unmeasured: [
      { name: "bad", reason: "flaky" },
      { name: "seen", reason: "observed only, without verdicts" },
    ],
  });
});
