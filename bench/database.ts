// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:database: how long it takes to merge the manifests of a whole distribution, and to ask for what they say.
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { sql } from "kysely";
import { openDatabase } from "../src/database/open-database.js";
import { PostgresqlServer } from "../test/database/support/postgresql-server.js";
import { DISTRIBUTION, describeMeasurement, publishPage } from "./benchmark-page.js";
import { writeManifests } from "./generate-manifests.js";
import { formatRun, runLoupe } from "./run-loupe.js";

const PAGE = "docs/benchmarks-database.md";
const CACHE = resolve(".cache/bench-database");
const { packages: PACKAGES, features: FEATURES } = DISTRIBUTION;

const USAGE = `Usage: npm run bench:database -- [--packages N] [--sqlite-only] [--write]

Makes manifests (kept in .cache/bench-database), merges them by "loupe db merge" into SQLite and into a PostgreSQL server that it
starts, merges them once more, and times questions.

  --packages N    this many in place of ${PACKAGES}, the source packages of Debian 12's main
  --sqlite-only   leave PostgreSQL out
  --write         write ${PAGE}
`;

async function prepareManifests(packages: number): Promise<string> {
  const directory = join(CACHE, `manifests-${packages}`);
  const marker = join(directory, "complete");
  if ((await stat(marker).catch(() => undefined)) === undefined) {
    process.stderr.write(`making ${packages} manifests in ${directory}\n`);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    await writeManifests(directory, packages, FEATURES);
    await writeFile(marker, "");
  }
  return directory;
}

/** The median of five, in milliseconds; the first one, which fills the caches, is shown beside it. */
async function timeQuestion(ask: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  const [first = 0, ...others] = times;
  const median = others.sort((left, right) => left - right)[2] ?? 0;
  return `${(median / 1000).toFixed(2)} s (first: ${(first / 1000).toFixed(2)} s)`;
}

async function measureSize(location: string): Promise<string> {
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
  if (!location.startsWith("postgres:")) {
    return mebibytes((await stat(location)).size);
  }
  const store = await openDatabase(location, "existing");
  const { rows } = await sql<{ size: number }>`select pg_database_size(current_database()) as size`.execute(
    store.connection.kysely,
  );
  await store.close();
  return mebibytes(rows[0]?.size ?? 0);
}

async function measureEngine(location: string, manifests: string): Promise<ReadonlyMap<string, string>> {
  const figures = new Map<string, string>();
  const merge = ["db", "merge", "--db", location, manifests];
  figures.set("merge", formatRun(await runLoupe(merge)));
  process.stderr.write(`${location}: merged: ${figures.get("merge")}\n`);
  figures.set("again", formatRun(await runLoupe(merge)));
  const store = await openDatabase(location, "existing");
  figures.set("importance", await timeQuestion(() => store.readImportance()));
  figures.set("package", await timeQuestion(() => store.readPackages({ packages: ["package-00042"] })));
  await store.close();
  figures.set("usage --all", formatRun(await runLoupe(["usage", "--db", location, "--all"])));
  figures.set("export csv", formatRun(await runLoupe(["db", "export", "csv", "--db", location])));
  figures.set("size", await measureSize(location));
  return figures;
}

const ROWS: readonly (readonly [key: string, name: string, goal: string])[] = [
  ["merge", "merge all, a transaction each", "<= 120 s, <= 1024 MiB"],
  ["again", "merge all again: no change", "<= 30 s"],
  ["importance", "API importance over all packages", "<= 0.5 s"],
  ["package", "usage of one package", "-"],
  ["usage --all", "`loupe usage --all`", "-"],
  ["export csv", "`loupe db export csv`", "-"],
  ["size", "size on disk", "-"],
];

function formatPage(
  packages: number,
  loadBefore: number,
  engines: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string {
  const names = [...engines.keys()];
  const rows = ROWS.map(
    ([key, name, goal]) =>
      `| ${[name, goal, ...names.map((engine) => engines.get(engine)?.get(key) ?? "-")].join(" | ")} |`,
  );
  return `# Benchmarks of the database

The manifests of ${packages} packages with ${FEATURES} features each (Debian 12's main has ${PACKAGES} source packages), made by
\`bench/generate-manifests.ts\`. Wall-clock seconds, processor time and peak resident memory of \`loupe\`
(without that of the PostgreSQL server); questions are medians of five.

${describeMeasurement("bench:database", loadBefore)}

| what | goal | ${names.join(" | ")} |
| --- | --- | ${names.map(() => "---").join(" | ")} |
${rows.join("\n")}

- SQLite has a write-ahead log, and a commit does not wait for the disk: after a power failure the last merges may be missing, never
  parts of them. PostgreSQL runs on the same machine, reached by a socket, with its default settings: a commit waits for the disk.
- A manifest that was merged before is recognized by the SHA-256 of its bytes; it is read, and not parsed.
`;
}

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: String(PACKAGES) },
    "sqlite-only": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const packages = Number(values.packages);
  const manifests = await prepareManifests(packages);
  const [loadBefore = 0] = loadavg();
  const engines = new Map<string, ReadonlyMap<string, string>>();
  const file = join(CACHE, "usage.db");
  for (const name of (await readdir(CACHE)).filter((entry) => entry.startsWith("usage.db"))) {
    await rm(join(CACHE, name));
  }
  engines.set("SQLite", await measureEngine(file, manifests));
  if (!values["sqlite-only"]) {
    const server = await PostgresqlServer.start("durable");
    try {
      const version = readFileSync(join(server.directory, "data/PG_VERSION"), "utf8").trim();
      engines.set(`PostgreSQL ${version}`, await measureEngine(await server.createDatabase(), manifests));
    } finally {
      await server.remove();
    }
  }
  const page = formatPage(packages, loadBefore, engines);
  await publishPage(page, { file: PAGE, write: values.write });
}
