// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import type { PackageDetails } from "../../src/database/package-details.js";
import type { Store } from "../../src/database/store.js";
import { exampleManifest } from "../manifest/example.js";
import { exampleManifests, HOSTILE_REASON } from "../reports/site/support/example-site.js";
import { describeEngines } from "./support/engines.js";

async function readDetails(store: Store): Promise<readonly PackageDetails[]> {
  const found: PackageDetails[] = [];
  for await (const details of store.eachDetailed(await store.listPackages())) {
    found.push(details);
  }
  return found;
}

describeEngines("all that is known of packages", ({ openStore }) => {
  it("is what each measurement says by itself", async () => {
    const store = await openStore();
    for (const manifest of await exampleManifests()) {
      await store.mergeManifest(manifest);
    }
    const details = await readDetails(store);
    expect(details.map(({ name }) => name)).toEqual(await store.listPackages());
    for (const { name, measurements } of details) {
      const summaries = await store.listMeasurements({ package: name });
      expect(measurements.map(({ measurement }) => measurement).sort()).toEqual(
        summaries.map(({ measurement }) => measurement).sort(),
      );
      for (const { measurement, features } of measurements) {
        const rows = await store.readFeatures(measurement);
        expect(rows).toEqual(features.map((feature) => expect.objectContaining(feature)));
      }
    }
    const broken = details.find(({ name }) => name === "broken");
    expect(broken?.measurements[0]?.reason).toBe(HOSTILE_REASON);
    const server = details.find(({ name }) => name === "server")?.measurements ?? [];
    expect(server.map(({ version, workload, newest }) => [version, workload, newest]).sort()).toEqual([
      ["1.0-1", "suite", false],
      ["2.0-1", "benchmark", true],
      ["2.0-1", "suite", true],
    ]);
    expect(server.flatMap(({ impacts }) => impacts)).toMatchObject([{ name: "munmap", metric: "residentKiB" }]);
    const prog = details.find(({ name }) => name === "prog")?.measurements ?? [];
    expect(prog[0]?.conflicts).toEqual([["getppid", "getsid"]]);
    expect(prog[0]?.executables).toMatchObject([{ path: "src/prog", execs: 4 }]);
    expect(prog[0]?.features).toHaveLength(exampleManifest().features.length);
  });
});
