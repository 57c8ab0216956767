// SPDX-License-Identifier: GPL-3.0-or-later
// The queries of docs/database.md, on both engines: each has an answer, and it is the same one.
import { readFileSync } from "node:fs";
import { sql } from "kysely";
import { expect, it } from "vitest";
import type { Verdict } from "../../src/analysis/feature.js";
import { describeLoupedbRun } from "../../src/database/loupedb/loupedb-measurement.js";
import type { Store } from "../../src/database/store.js";
import type { Manifest, ManifestFeature } from "../../src/manifest/schema.js";
import { exampleManifest } from "../manifest/example.js";
import { describeEngines } from "./support/engines.js";

const PAGE = readFileSync("docs/database.md", "utf8");

/** Each query with the paragraph before it. */
const QUESTIONS = [...PAGE.matchAll(/([^\n]+)\n\n```sql\n([\s\S]*?);\n```/g)].map(([, question = "", query = ""]) => ({
  question,
  query,
}));

function feature(name: string, verdict: Verdict, more: Partial<ManifestFeature> = {}): ManifestFeature {
  const [stub, fake] = [verdict === "stub" || verdict === "any", verdict === "fake" || verdict === "any"];
  return {
    kind: "syscall",
    name,
    calls: 2,
    executables: ["src/prog"],
    verdict,
    stub: { works: stub, runs: 3, ...(!stub && { reason: `without ${name}` }) },
    fake: { works: fake, runs: 3, ...(!fake && { reason: `${name} does nothing` }) },
    ...more,
  };
}

function measure(source: string, version: string, features: readonly ManifestFeature[], runs = 1): Manifest {
  return exampleManifest({
    package: { source, version, architecture: "amd64", binaries: [source] },
    features: [...features],
    confirmation: { stubbed: [], faked: [], replicas: 3, passed: true },
    conflicts: [],
    search: { strategy: "adaptive", runs, fullRuns: 1, seconds: 1, baselineSeconds: 1 },
  });
}

async function fill(store: Store): Promise<void> {
  const cost = [{ treatment: "stub" as const, metric: "residentKiB", ratio: 1.8, pValue: 0.01 }];
  const { confirmation, search, ...failed } = exampleManifest();
  expect([confirmation, search]).not.toContain(undefined);
  const manifests = [
    measure("redis", "5:7.0.11-1", [feature("epoll_wait", "required"), feature("brk", "any")]),
    measure("redis", "5:7.0.15-1", [
      feature("epoll_wait", "required"),
      feature("brk", "stub"),
      feature("mmap", "required"),
    ]),
    measure("redis", "5:7.0.15-1", [feature("epoll_wait", "required"), feature("brk", "any", { impact: cost })], 2),
    measure("nginx", "1.26-1", [
      feature("read", "required"),
      feature("brk", "any"),
      feature("fcntl:F_SETFL", "required", { kind: "sub-feature" }),
    ]),
    { ...failed, outcome: "timeout" as const, reason: "it took too long", features: [], conflicts: [] },
  ];
  for (const manifest of manifests) {
    await store.mergeManifest(manifest);
  }
  const workload = { kind: "suite", name: "" } as const;
  const found = { staticBinary: [0, 59], staticSources: null };
  const verdicts = [{ number: 0, verdict: "required" }] as const;
  await store.mergeMeasurement(
    describeLoupedbRun({ application: "lua", workload, run: "a", command: null, dockerfile: null, verdicts, ...found }),
  );
}

const ANSWERS = new Map<string, unknown>();

describeEngines("the questions of docs/database.md", ({ engine, openStore }) => {
  it("have an answer, the same from each engine", async () => {
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(10);
    const store = await openStore();
    await fill(store);
    for (const { question, query } of QUESTIONS) {
      const { rows } = await sql.raw<object>(query).execute(store.connection.kysely);
      const answer = rows.map((row) => ({ ...row }));
      expect(answer, `${engine}: ${question}`).not.toEqual([]);
      expect(ANSWERS.get(query) ?? answer, `${engine}: ${question}`).toEqual(answer);
      ANSWERS.set(query, answer);
    }
  });

  it("names the tables and columns that there are", async () => {
    const store = await openStore();
    for (const [, table = "", columns = ""] of PAGE.matchAll(/^\| `(\w+)` \| [^|]* \| (.*) \|$/gm)) {
      for (const [, column = ""] of columns.replace(/\([^)]*\)/g, "").matchAll(/`(\w+)`/g)) {
        if (column !== "fake") {
          await sql`select ${sql.ref(column)} from ${sql.table(table)}`.execute(store.connection.kysely);
        }
      }
    }
  });
});
