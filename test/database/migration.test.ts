// SPDX-License-Identifier: GPL-3.0-or-later
import { sql } from "kysely";
import { expect, it } from "vitest";
import { checkDatabase } from "../../src/database/check.js";
import { describeLoupedbRun } from "../../src/database/loupedb/loupedb-measurement.js";
import { POSTGRESQL_DIALECT, SQLITE_DIALECT } from "../../src/database/migrations/migration.js";
import { openDatabase } from "../../src/database/open-database.js";
import type { Store } from "../../src/database/store.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { exampleManifest } from "../manifest/example.js";
import { feature, measure } from "../reports/support/measure.js";
import { dump } from "./support/dump.js";
import { describeEngines } from "./support/engines.js";

const ADDED = {
  measurements: ["impacts_compared", "source_files"],
  executables: ["linkage", "interpreter", "libc", "static_calls", "static_unknown"],
};

/** Makes of a database what the first version of the schema would have held. */
async function takeBack({ connection }: Store): Promise<void> {
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(connection.kysely);
  const { text, integer, clustered } = connection.engine === "sqlite" ? SQLITE_DIALECT : POSTGRESQL_DIALECT;
  await run("drop table source_results");
  await run("drop table static_features");
  await run(`create table static_features (measurement ${text} not null references measurements, method ${text} not null,
    name ${text} not null, number ${integer} not null, primary key (measurement, method, name)) ${clustered}`);
  for (const [table, columns] of Object.entries(ADDED)) {
    for (const column of columns) {
      // SQLite drops no column that a check is about as long as it is there.
      await run(`alter table ${table} drop column ${column}`);
    }
  }
  await run("delete from loupe_migrations where number = 2");
}

function withStatic(manifest: Manifest): Manifest {
  const found = { syscalls: ["read", "no_such_call", "syscall_0x1ff"], unknown: ["it opens libraries"] };
  return { ...manifest, executables: manifest.executables.map((executable) => ({ ...executable, static: found })) };
}

const MANIFESTS: readonly Manifest[] = [
  exampleManifest(),
  withStatic(measure(["static"], [feature("read", "any")])),
  measure(["impact"], [feature("read", "any", { impact: [] }), feature("brk", "stub", { impact: [] })]),
];

describeEngines("an older database", ({ createDatabase }) => {
  it("gets what its documents say and its tables had no room for", async () => {
    const location = await createDatabase();
    const store = await openDatabase(location);
    for (const manifest of MANIFESTS) {
      await store.mergeManifest(manifest);
    }
    await store.mergeMeasurement(
      describeLoupedbRun({
        application: "loupedb",
        workload: { kind: "suite", name: "" },
        run: "imported",
        command: null,
        dockerfile: null,
        verdicts: null,
        staticBinary: [0, 1],
        staticSources: [2],
      }),
    );
    const expected = await dump(store);
    expect(expected.filter((line) => line.startsWith("static_features")).length).toBe(6);
    await takeBack(store);
    await store.close();

    const migrated = await openDatabase(location, "existing");
    try {
      expect(await dump(migrated)).toEqual(expected);
      const problems: string[] = [];
      expect(await checkDatabase(migrated, (sentence) => problems.push(sentence))).toMatchObject({ problems: 0 });
    } finally {
      await migrated.close();
    }
  });

  it("opens although a document is damaged, and check names it", async () => {
    const location = await createDatabase();
    const store = await openDatabase(location);
    await store.mergeManifest(withStatic(measure(["static"], [feature("read", "any")])));
    await store.connection.kysely
      .updateTable("documents")
      .set({ content: Buffer.from("no gzip") })
      .execute();
    await takeBack(store);
    await store.close();
    const migrated = await openDatabase(location, "existing");
    try {
      const problems: string[] = [];
      await checkDatabase(migrated, (sentence) => problems.push(sentence));
      expect(problems[0]).toMatch(/its document cannot be read/);
    } finally {
      await migrated.close();
    }
  });
});
