// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import type { Store } from "../../src/database/store.js";
import { exampleManifests } from "../reports/site/support/example-site.js";
import { describeEngines } from "./support/engines.js";

async function listRequired(store: Store, packages?: readonly string[]): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const measurements of store.eachRequired("suite", packages)) {
    for (const [{ measurement }, features] of measurements) {
      found.push([measurement, features]);
    }
  }
  return found;
}

/** Measurement by measurement, with all of its features. */
async function lookUpRequired(store: Store, packages?: readonly string[]): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const { measurement, outcome, package: name } of await store.listMeasurements({ workload: "suite" })) {
    if (outcome === "analyzed" && (packages?.includes(name) ?? true)) {
      const features = (await store.readFeatures(measurement)).filter(({ verdict }) => verdict === "required");
      found.push([
        measurement,
        features.map(({ kind, name, verdict, stub_reason, fake_reason }) => ({
          ...{ measurement, kind, name, verdict, stub_reason, fake_reason },
        })),
      ]);
    }
  }
  return found;
}

describeEngines("required features are read", ({ openStore }) => {
  it("in the order of measurements, kinds and names, of all packages or some", async () => {
    const store = await openStore();
    for (const manifest of await exampleManifests()) {
      await store.mergeManifest(manifest);
    }
    const required = await listRequired(store);
    expect(required.length).toBeGreaterThan(2);
    expect(required).toEqual(await lookUpRequired(store));
    expect(await listRequired(store, ["zlib"])).toEqual(await lookUpRequired(store, ["zlib"]));
    expect((await listRequired(store, ["zlib"])).length).toBeGreaterThan(0);
    expect(await listRequired(store, [])).toEqual([]);
  });
});
