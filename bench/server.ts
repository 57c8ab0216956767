// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:server: how many requests `loupe serve` answers, and how fast.
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { sql } from "kysely";
import { openDatabase } from "../src/database/open-database.js";
import { serializeManifest } from "../src/manifest/serialize.js";
import { addToken } from "../src/server/tokens.js";
import { PostgresqlServer } from "../test/database/support/postgresql-server.js";
import { DISTRIBUTION, describeMeasurement, publishPage } from "./benchmark-page.js";
import { generateManifest } from "./generate-manifests.js";
import { type Load, type LoadFigure, loadByQuestions, loadBySubmissions } from "./server/load.js";

const PAGE = "docs/benchmarks-server.md";
const CACHE = resolve(".cache/bench-server");
const { features: FEATURES } = DISTRIBUTION;
const PACKAGES = 2000;
const SUBMISSIONS = 500;
const CONNECTIONS = 10;
const SECONDS = 2;
const ENOUGH = "1000000";

const USAGE = `Usage: npm run bench:server -- [--packages N] [--seconds N] [--connections N] [--sqlite-only] [--write]

Merges generated manifests into an SQLite file (kept in .cache/bench-server) and into a PostgreSQL server that it starts, serves each by
"loupe serve" on the loopback interface, and asks as often as there are answers.

  --packages N     this many in place of ${PACKAGES}
  --seconds N      for each question, in place of ${SECONDS}
  --connections N  at the same time, in place of ${CONNECTIONS}
  --sqlite-only    leave PostgreSQL out
  --write          write ${PAGE}
`;

async function merge(location: string, packages: number): Promise<void> {
  const store = await openDatabase(location);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < packages) {
      await store.mergeManifest(generateManifest(next++, FEATURES));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  if (store.connection.engine === "sqlite") {
    // The file is moved and copied without what would be beside it.
    await sql`pragma wal_checkpoint(truncate)`.execute(store.connection.kysely);
  }
  await store.close();
}

async function prepareSqlite(packages: number): Promise<string> {
  await mkdir(CACHE, { recursive: true });
  const file = join(CACHE, `usage-${packages}.db`);
  if ((await stat(file).catch(() => undefined)) === undefined) {
    process.stderr.write(`merging ${packages} manifests into ${file}\n`);
    await merge(`${file}.new`, packages);
    await execa("mv", [`${file}.new`, file]);
  }
  return file;
}

interface Served {
  readonly url: string;
  readonly token: string;
  /** Peak resident memory so far. */
  readPeakMebibytes(): Promise<number>;
}

async function serve<Result>(location: string, use: (served: Served) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-bench-"));
  const tokenFile = join(directory, "tokens");
  const token = await addToken(tokenFile, "bench");
  const limits = ["--read-rate", ENOUGH, "--submit-rate", ENOUGH, "--quiet"];
  const server = execa(
    resolve("bin/loupe"),
    ["serve", "--db", location, "--token-file", tokenFile, "--listen", "127.0.0.1:0", ...limits],
    { reject: false, forceKillAfterDelay: false },
  );
  try {
    const url = await new Promise<string>((found, failed) => {
      server.stderr.on("data", (chunk: Buffer) => {
        const [, address] = / at (http:\S+);/.exec(chunk.toString()) ?? [];
        if (address !== undefined) {
          found(address);
        }
      });
      void server.then(({ stderr }) => failed(new Error(stderr)));
    });
    const readPeakMebibytes = async (): Promise<number> => {
      const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${server.pid}/status`, "utf8")) ?? [];
      return Number(peak) / 1024;
    };
    return await use({ url, token, readPeakMebibytes });
  } finally {
    server.kill("SIGTERM");
    await server;
    await rm(directory, { recursive: true });
  }
}

const nameOf = (index: number): string => `package-${String(index).padStart(5, "0")}`;

/** What is asked: of a hundred packages, so that no answer is in a cache of its own. */
function listQuestions(
  packages: number,
  measurements: readonly string[],
): readonly (readonly [string, readonly string[]])[] {
  const names = Array.from({ length: 100 }, (_, index) => nameOf((index * 31) % packages));
  return [
    ["health", ["/api/v1/health"]],
    ["packages", names.map((name) => `/api/v1/packages?after=${name}`)],
    ["packages/NAME/measurements", names.map((name) => `/api/v1/packages/${name}/measurements`)],
    ["packages/NAME/usage", names.map((name) => `/api/v1/packages/${name}/usage`)],
    ["measurements/ID/manifest", measurements.map((name) => `/api/v1/measurements/${name}/manifest`)],
    ["importance", ["/api/v1/importance"]],
    ["features/users", names.map((name) => `/api/v1/features/users?name=poll&after=${name}`)],
    ["search", names.map((name) => `/api/v1/search?text=${name.slice(-4)}`)],
    ["openapi.json", ["/openapi.json"]],
  ];
}

async function readMeasurements(url: string, packages: number): Promise<readonly string[]> {
  const names = Array.from({ length: 100 }, (_, index) => nameOf((index * 17) % packages));
  return Promise.all(
    names.map(async (name) => {
      const reply = await fetch(`${url}/api/v1/packages/${name}/measurements`);
      const { measurements } = (await reply.json()) as { measurements: { measurement: string }[] };
      return measurements[0]?.measurement ?? "";
    }),
  );
}

interface EngineFigures {
  readonly engine: string;
  readonly figures: readonly LoadFigure[];
  readonly peakMebibytes: number;
}

async function measureEngine(engine: string, location: string, packages: number, load: Load): Promise<EngineFigures> {
  const manifests = Array.from({ length: SUBMISSIONS }, (_, index) =>
    serializeManifest(generateManifest(packages + index, FEATURES)),
  );
  return serve(location, async ({ url, token, readPeakMebibytes }) => {
    const figures: LoadFigure[] = [];
    const keep = (figure: LoadFigure): void => {
      process.stderr.write(
        `${engine}: ${figure.what}: ${figure.requestsPerSecond.toFixed(0)} requests/s, ${figure.statuses}\n`,
      );
      figures.push(figure);
    };
    const questions = listQuestions(packages, await readMeasurements(url, packages));
    // The code has been compiled, and the pages of the file been read, when it counts.
    await loadByQuestions(
      "",
      url,
      questions.flatMap(([, paths]) => paths.slice(0, 10)),
      { ...load, seconds: 1 },
    );
    for (const [what, paths] of questions) {
      keep(await loadByQuestions(what, url, paths, load));
    }
    keep(await loadBySubmissions("POST manifests: new ones", url, token, manifests, load));
    keep(await loadBySubmissions("POST manifests: known ones", url, token, manifests, load));
    return { engine, figures, peakMebibytes: await readPeakMebibytes() };
  });
}

function formatEngine({ engine, figures, peakMebibytes }: EngineFigures): string {
  const rows = figures.map(({ what, requestsPerSecond, p50Milliseconds, p99Milliseconds, replyKibibytes, statuses }) =>
    [
      what === "openapi.json" || what.startsWith("POST") ? what : `\`${what}\``,
      requestsPerSecond.toFixed(0),
      ...[p50Milliseconds, p99Milliseconds].map((milliseconds) => milliseconds.toFixed(0)),
      replyKibibytes.toFixed(1),
      statuses,
    ].join(" | "),
  );
  return `## ${engine}

Peak memory of the server: ${peakMebibytes.toFixed(0)} MiB.

| what | requests/s | p50 (ms) | p99 (ms) | KiB a reply | replies |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

function formatPage(
  engines: readonly EngineFigures[],
  packages: number,
  { connections, seconds }: Load,
  loadBefore: number,
): string {
  return `# How many requests a server answers

${describeMeasurement("bench:server", loadBefore)}

\`loupe serve --quiet\` over the manifests of ${packages} packages with ${FEATURES} features each
(bench/generate-manifests.ts), asked by autocannon on the same machine by ${connections} connections at the same
time, ${seconds} s for each question, about a hundred different packages in turn; then ${SUBMISSIONS} manifests are submitted, and the same ones
again. Server, database and autocannon share the processors. What the routes are is in [server.md](server.md).

A reply has its headers with it. Latencies are whole milliseconds; 0 is less than one. The limits of the server, which are far below these rates, were
lifted for it (\`--read-rate\`, \`--submit-rate\`). A load of more than the number of cores means that the server had only a part of them: then these rates are
lower bounds.

${engines.map(formatEngine).join("\n")}
- SQLite is asked in the process of the server itself: requests wait for each other, and nothing goes over a socket.
- A submission is parsed, checked and merged in a transaction of its own. With SQLite a commit does not wait for the disk; with PostgreSQL it does.
`;
}

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: String(PACKAGES) },
    seconds: { type: "string", default: String(SECONDS) },
    connections: { type: "string", default: String(CONNECTIONS) },
    "sqlite-only": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const packages = Number(values.packages);
  const load: Load = { connections: Number(values.connections), seconds: Number(values.seconds) };
  if (![packages, load.connections, load.seconds].every((number) => number > 0)) {
    throw new TypeError("--packages, --seconds and --connections are numbers greater than 0");
  }
  const [loadBefore = 0] = loadavg();
  const engines: EngineFigures[] = [];
  const file = await prepareSqlite(packages);
  const copy = `${file}.copy`;
  await execa("cp", [file, copy]);
  engines.push(await measureEngine("SQLite", copy, packages, load));
  for (const suffix of ["", "-wal", "-shm"]) {
    await rm(`${copy}${suffix}`, { force: true });
  }
  if (!values["sqlite-only"]) {
    const server = await PostgresqlServer.start();
    try {
      const location = await server.createDatabase();
      process.stderr.write(`merging ${packages} manifests into PostgreSQL\n`);
      await merge(location, packages);
      await server.down();
      await server.up("durable");
      const version = (await readFile(join(server.directory, "data/PG_VERSION"), "utf8")).trim();
      engines.push(await measureEngine(`PostgreSQL ${version}`, location, packages, load));
    } finally {
      await server.remove();
    }
  }
  const page = formatPage(engines, packages, load, loadBefore);
  await publishPage(page, { file: PAGE, write: values.write });
}
