// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { countVerdicts } from "../../src/database/verdict-counts.js";
import { exampleManifests } from "../reports/site/support/example-site.js";
import { describeEngines } from "./support/engines.js";

describeEngines("verdicts are counted", ({ openStore }) => {
  it("as one counts them in the usage of each package", async () => {
    const store = await openStore();
    for (const manifest of await exampleManifests()) {
      await store.mergeManifest(manifest);
    }
    const usages = await store.readPackages({ workload: "suite", kinds: ["syscall"] });
    const counted = await store.countVerdicts({ workload: "suite", kind: "syscall" });
    expect(counted.length).toBeGreaterThan(1);
    expect(counted).toEqual(
      usages.map(({ package: name, origin, version, architecture, features }) => ({
        ...{ package: name, origin, version, architecture },
        verdicts: countVerdicts(features),
      })),
    );
    const [first] = counted;
    const chosen = { workload: "suite", kind: "syscall", packages: [first?.package ?? ""] } as const;
    expect(await store.countVerdicts(chosen)).toEqual([first]);
    expect(await store.countVerdicts({ ...chosen, packages: [] })).toEqual([]);
  });
});
