// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Verdict } from "../../src/analysis/feature.js";
import type { Store } from "../../src/database/store.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { clear, dump } from "./support/dump.js";
import { describeEngines } from "./support/engines.js";
import { randomManifest } from "./support/random-manifest.js";

/** A measurement of prog with these verdicts. */
function measured(verdicts: Readonly<Record<string, Verdict>>, changes: Partial<Manifest> = {}): Manifest {
  return exampleManifest({
    features: Object.entries(verdicts).map(([name, verdict]) => ({
      kind: "syscall",
      name,
      calls: 1,
      executables: ["src/prog"],
      verdict,
      stub: { works: verdict === "stub" || verdict === "any", runs: 3 },
      fake: { works: verdict === "fake" || verdict === "any", runs: 3 },
    })),
    confirmation: { stubbed: [], faked: [], replicas: 3, passed: true },
    conflicts: [],
    ...changes,
  });
}

const version = (text: string): Pick<Manifest, "package"> => ({
  package: { source: "prog", version: text, architecture: "amd64", binaries: [] },
});

async function mergeAll(store: Store, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    await store.mergeManifest(manifest);
  }
}

async function verdicts(store: Store): Promise<Readonly<Record<string, string | null>>> {
  return Object.fromEntries((await store.readUsage()).map(({ name, verdict }) => [name, verdict]));
}

describeEngines("merging manifests", ({ engine, openStore, createDatabase, reopen }) => {
  const numRuns = engine === "sqlite" ? 100 : 30;

  it("gives the same whatever the order, and however often", async () => {
    const permuted = fc
      .array(randomManifest, { minLength: 1, maxLength: 5 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.subarray(list)),
      );
    const [first, second] = [await openStore(), await openStore()];
    await fc.assert(
      fc.asyncProperty(permuted, async ([manifests, shuffled, again]) => {
        await Promise.all([clear(first), clear(second)]);
        await mergeAll(first, manifests);
        await mergeAll(second, [...shuffled, ...again]);
        expect(await dump(second)).toEqual(await dump(first));
      }),
      { numRuns },
    );
  });

  it("gives back every manifest, byte by byte", async () => {
    const store = await openStore();
    await fc.assert(
      fc.asyncProperty(randomManifest, async (manifest) => {
        await clear(store);
        await store.mergeManifest(manifest);
        const [summary] = await store.listMeasurements();
        expect(await store.readDocument(summary?.measurement ?? "")).toBe(serializeManifest(manifest));
      }),
      { numRuns },
    );
  });

  it("says whether a manifest was there", async () => {
    const store = await openStore();
    expect(await store.mergeManifest(exampleManifest())).toBe("added");
    expect(await store.mergeManifest(exampleManifest())).toBe("unchanged");
    expect(await store.listMeasurements()).toHaveLength(1);
  });

  it("takes what does not work in one measurement for not working, and keeps how many say so", async () => {
    const store = await openStore();
    await store.mergeManifest(measured({ read: "any", close: "any", dup: "stub", brk: "any" }));
    await store.mergeManifest(measured({ read: "any", close: "stub", dup: "fake" }));
    expect(await verdicts(store)).toEqual({ brk: "any", close: "stub", dup: "required", read: "any" });
    expect(await store.readUsage()).toMatchObject([
      { name: "brk", measurements: 2, used_in: 1, judged_in: 1 },
      { name: "close", measurements: 2, used_in: 2, judged_in: 2, stub_works_in: 2, fake_works_in: 1 },
      { name: "dup", stub_works_in: 1, fake_works_in: 1 },
      { name: "read", stub_works_in: 2, fake_works_in: 2 },
    ]);
  });

  it("keeps versions side by side, and shows the newest one as dpkg orders them", async () => {
    const store = await openStore();
    await mergeAll(store, [
      measured({ read: "any" }, version("1.10-1")),
      measured({ read: "required" }, version("1.9-1")),
      measured({ write: "stub" }, version("1.10~rc1-1")),
    ]);
    expect(await verdicts(store)).toEqual({ read: "any" });
    expect((await store.readUsage({ version: "all" })).map((row) => [row.version, row.newest])).toEqual([
      ["1.10-1", true],
      ["1.10~rc1-1", false],
      ["1.9-1", false],
    ]);
    await store.mergeManifest(measured({ close: "fake" }, version("1:0.1-1")));
    expect(await verdicts(store)).toEqual({ close: "fake" });
  });

  it("keeps a failed measurement without letting it change what is known", async () => {
    const store = await openStore();
    await store.mergeManifest(measured({ read: "any" }));
    const { confirmation, search, ...rest } = exampleManifest(version("2.0-1"));
    expect([confirmation, search]).not.toContain(undefined);
    await store.mergeManifest({ ...rest, outcome: "timeout", reason: "too long", features: [], conflicts: [] });
    expect(await verdicts(store)).toEqual({ read: "any" });
    expect(
      (await store.listMeasurements({ version: "2.0-1" })).map(({ outcome, reason }) => [outcome, reason]),
    ).toEqual([["timeout", "too long"]]);
  });

  it("counts a package once in the importance of a feature", async () => {
    const store = await openStore();
    const other = (architecture: string): Pick<Manifest, "package"> => ({
      package: { source: "other", version: "1", architecture, binaries: [] },
    });
    await mergeAll(store, [
      measured({ read: "required", brk: "any" }),
      measured({ read: "any" }, other("amd64")),
      measured({ read: "required" }, other("arm64")),
    ]);
    expect(await store.readImportance()).toMatchObject([
      { name: "read", usedBy: 2, requiredBy: 2, unknownFor: 0 },
      { name: "brk", usedBy: 1, requiredBy: 0, unknownFor: 0 },
    ]);
    expect(await store.readImportance("benchmark")).toEqual([]);
  });

  it("lets two programs merge at the same time", async () => {
    const location = await createDatabase();
    const stores = [await reopen(location), await reopen(location)];
    const manifests = [0, 1, 2, 3, 4, 5, 6, 7].map((calls) =>
      exampleManifest({ search: { strategy: "exhaustive", runs: calls, fullRuns: 0, seconds: 1, baselineSeconds: 1 } }),
    );
    await Promise.all(manifests.map((manifest, index) => stores[index % 2]?.mergeManifest(manifest)));
    expect(await stores[0]?.readUsage()).toHaveLength(5);
    expect((await stores[0]?.readUsage())?.every(({ measurements }) => measurements === manifests.length)).toBe(true);
  });
});
