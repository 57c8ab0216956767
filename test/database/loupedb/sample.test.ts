// SPDX-License-Identifier: GPL-3.0-or-later
// The sample of github.com/unikraft/loupedb (CC BY 4.0), where it lies beside the checkout: what the paper says of it
// (Lefeuvre et al., ASPLOS 2024) is to come out.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { exportLoupedb } from "../../../src/database/loupedb/export-loupedb.js";
import { formatIrregularity } from "../../../src/database/loupedb/format.js";
import { importLoupedb } from "../../../src/database/loupedb/import-loupedb.js";
import { openDatabase } from "../../../src/database/open-database.js";
import type { Store } from "../../../src/database/store.js";
import { dump } from "../support/dump.js";

const SAMPLE = resolve("../shared/loupedb-sample");
const isThere = existsSync(SAMPLE);
if (!isThere) {
  console.warn(`${SAMPLE} is not there: the tests with the published sample are skipped`);
}

async function openStore(): Promise<Store> {
  const store = await openDatabase(":memory:");
  onTestFinished(() => store.close());
  return store;
}

async function importAll(store: Store, directory: string): Promise<readonly string[]> {
  const said: string[] = [];
  const counts = await importLoupedb(store, directory, {
    irregularity: (found) => said.push(formatIrregularity(found)),
    refused: (sentence) => said.push(sentence),
  });
  return [...said, `${counts.added} added, ${counts.unchanged} unchanged, ${counts.refused} refused`];
}

describe.runIf(isThere)("the published sample", () => {
  it("uses and requires as many calls as its paper says", async () => {
    const store = await openStore();
    await importAll(store, SAMPLE);
    const figures = new Map<string, string>();
    for (const { measurement, package: name, workload, workload_name: called } of await store.listMeasurements()) {
      const features = await store.readFeatures(measurement);
      const required = features.filter(({ verdict }) => verdict === "required").length;
      const key = `${name} ${workload} ${called}`.trim();
      figures.set(key, [figures.get(key), `${features.length}/${required}`].filter(Boolean).sort().join(" "));
    }
    expect(Object.fromEntries(figures)).toEqual({
      "haproxy benchmark haproxy-test": "54/19",
      "haproxy suite regression-testsuite": "79/38",
      "iperf3 benchmark iperf-test": "26/8",
      "iperf3 benchmark iperf3-client": "33/15",
      "lighttpd benchmark wrk": "43/26",
      "lighttpd suite": "55/23",
      "lua benchmark lua-test": "20/7 20/8",
      "nginx benchmark wrk": "50/19",
      "nginx suite nginx-tests": "65/41 71/49",
      "redis benchmark redis-benchmark": "40/20",
      "redis suite": "68/42",
      "sqlite benchmark sqlite": "29/11",
      "sqlite suite": "50/29",
      "webfsd benchmark wrk": "38/15",
    });
  });

  it("takes the third column for faking: redis cannot have close and futex stubbed, but faked", async () => {
    const store = await openStore();
    await importAll(store, SAMPLE);
    const [redis] = await store.readPackages({ packages: ["redis"], workload: "benchmark" });
    const faked = redis?.features.filter(({ verdict }) => verdict === "fake").map(({ name }) => name);
    expect(faked).toEqual(["clone", "close", "futex"]);
  });

  it("is irregular where it is said to be, and nowhere else", async () => {
    const said = await importAll(await openStore(), SAMPLE);
    const runs = ["haproxy/benchmark-haproxy-test/imported", "haproxy/suite-regression-testsuite/imported"].concat(
      ["lighttpd/suite/imported", "nginx/suite-nginx-tests/c7d2ac9eca329a756e7690251213b81f"],
      ["nginx/suite-nginx-tests/imported", "redis/suite/imported", "sqlite/benchmark-sqlite/imported"],
      ["sqlite/suite/imported", "webfsd/benchmark-wrk/imported"],
    );
    expect(said).toEqual([
      ...runs.map((run) => `${SAMPLE}/${run}/cmd.txt: is missing: how the run was started is not known`),
      "16 added, 0 unchanged, 0 refused",
    ]);
  });

  it("is equal after an export and an import of that", async () => {
    const directory = await mkdtemp(join(tmpdir(), "loupedb-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const [first, second] = [await openStore(), await openStore()];
    await importAll(first, SAMPLE);
    expect(await exportLoupedb(first, directory, (sentence) => expect.fail(sentence))).toBe(16);
    await importAll(second, directory);
    expect(await dump(second)).toEqual(await dump(first));
    expect(await importAll(first, directory)).toContain("0 added, 16 unchanged, 0 refused");
  });
});
