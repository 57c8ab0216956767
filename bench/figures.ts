// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:figures: how long the figures of a whole distribution take.
import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "../src/database/open-database.js";
import type { Manifest, ManifestFeature } from "../src/manifest/schema.js";
import { FIGURE_NAMES, type FigureName } from "../src/reports/figure-names.js";
import { listSyscalls } from "../src/tracing/syscall-table.js";
import { DISTRIBUTION, describeMeasurement, publishPage } from "./benchmark-page.js";
import { generateManifest } from "./generate-manifests.js";
import { formatRun, runLoupe } from "./run-loupe.js";

const PAGE = "docs/benchmarks-figures.md";
const CACHE = resolve(".cache/bench-figures");
const { packages: PACKAGES } = DISTRIBUTION;
/** System calls, functions of calls, and pseudo-files of a package: 45 features. */
const [CALLS, FUNCTIONS, FILES] = [38, 5, 2];
/** Plans are made for so many packages: their time grows faster than their number. */
const PLANNED = 1000;

const USAGE = `Usage: npm run bench:figures -- [--packages N] [--write]

Makes a database of manifests that have something for every figure (kept in .cache/bench-figures), and times "loupe report" for each.

  --packages N    this many in place of ${PACKAGES}, the source packages of Debian 12's main
  --write         write ${PAGE}
`;

const NAMES = listSyscalls("x86_64").map(({ name }) => name);

function makePart(kind: "sub-feature" | "pseudo-file", name: string, like: ManifestFeature): ManifestFeature {
  const { number, impact, ...rest } = like;
  return { ...rest, kind, name };
}

function listParts(index: number, features: readonly ManifestFeature[]): readonly ManifestFeature[] {
  const like = (place: number): ManifestFeature => features[place % features.length] as ManifestFeature;
  return [
    ...Array.from({ length: FUNCTIONS }, (_, place) =>
      makePart("sub-feature", `fcntl:F_${(index + place * 7) % 40}`, like(place)),
    ),
    ...Array.from({ length: FILES }, (_, place) =>
      makePart("pseudo-file", `/proc/self/file${(index + place * 11) % 300}`, like(place + FUNCTIONS)),
    ),
  ];
}

function makeSources(index: number): NonNullable<Manifest["sources"]> {
  const names = NAMES.slice(index % 100, (index % 100) + 40);
  const results = names.map((name, place) => ({
    ...{ function: name, syscall: name, calls: place + 3, checked: place, passedOn: 1, stored: 1, ignored: 1 },
  }));
  return { files: 100, filesWithErrors: 2, syscalls: names, computed: 0, results };
}

/** A third of all packages has static analysis, one in fifty impacts, one in twenty an older version, one in fifty another architecture. */
function* makeManifests(index: number): Generator<Manifest> {
  const manifest = generateManifest(index, CALLS);
  const hasStatic = index % 3 === 0;
  const features = manifest.features.map((feature) => (index % 50 === 0 ? { ...feature, impact: [] } : feature));
  const enriched: Manifest = {
    ...manifest,
    features: [...features, ...listParts(index, manifest.features)],
    executables: manifest.executables.map((executable) => ({
      ...executable,
      linkage: { form: "dynamic", interpreter: "/lib64/ld-linux-x86-64.so.2", libc: "glibc" },
      ...(hasStatic && { static: { syscalls: NAMES.slice(0, 100), unknown: [] } }),
    })),
    ...(hasStatic && { sources: makeSources(index) }),
  };
  yield enriched;
  const { source } = manifest.package as Extract<Manifest["package"], { source: string }>;
  const described = (version: string, architecture: string): Manifest["package"] => ({
    ...{ source, version, architecture, binaries: [source] },
  });
  if (index % 20 === 0) {
    const before = generateManifest(index + PACKAGES, CALLS);
    yield { ...before, package: described("0.0.1-1", "amd64") };
  }
  if (index % 50 === 0) {
    yield { ...enriched, package: described("1.0-1", "arm64") };
    const [executable] = enriched.executables;
    yield {
      ...enriched,
      executables: executable === undefined ? [] : [{ ...executable, linkage: { form: "static", libc: "musl" } }],
    };
  }
}

async function prepareDatabase(packages: number): Promise<string> {
  const file = join(CACHE, `usage-${packages}.db`);
  if (!existsSync(file)) {
    await mkdir(CACHE, { recursive: true });
    const unfinished = join(CACHE, "unfinished.db");
    for (const suffix of ["", "-wal", "-shm"]) {
      await rm(`${unfinished}${suffix}`, { force: true });
    }
    process.stderr.write(`merging manifests of ${packages} packages into ${file}\n`);
    const store = await openDatabase(unfinished);
    for (let index = 0; index < packages; index++) {
      for (const manifest of makeManifests(index)) {
        await store.mergeManifest(manifest);
      }
    }
    await store.close();
    await rename(unfinished, file);
  }
  return file;
}

async function listWords(name: FigureName, packages: number): Promise<readonly string[]> {
  if (name !== "support" && name !== "savings") {
    return [];
  }
  const chosen = Array.from(
    { length: Math.min(PLANNED, packages) },
    (_, index) => `package-${String(index).padStart(5, "0")}`,
  );
  const os = join(CACHE, "small.syscalls");
  await writeFile(os, NAMES.slice(0, 60).join("\n"));
  return ["--os", os, "--packages", chosen.join(",")];
}

function formatPage(packages: number, rows: readonly string[], bytes: number, loadBefore: number): string {
  return `# Benchmarks of figures

\`loupe report\` over a database of ${packages} packages (Debian 12's main has ${PACKAGES} source packages) with ${CALLS + FUNCTIONS + FILES} features each; a third of them has
static analysis of programs and source, one in twenty two versions, one in fifty a second architecture, a second C library and measured
impacts (\`bench/figures.ts\`). The SQLite file has ${Math.round(bytes / 1024 / 1024)} MiB. Wall-clock seconds, processor time and peak resident memory of the whole command,
written as JSON. Plans (\`support\`, \`savings\`) are for ${Math.min(PLANNED, packages)} of the packages.

${describeMeasurement("bench:figures", loadBefore)}

| figure | takes |
| --- | --- |
${rows.join("\n")}
`;
}

const { values } = parseArgs({
  options: {
    packages: { type: "string", default: String(PACKAGES) },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const packages = Number(values.packages);
  const file = await prepareDatabase(packages);
  const [loadBefore = 0] = loadavg();
  const rows: string[] = [];
  for (const name of FIGURE_NAMES) {
    const run = await runLoupe(["report", name, "--db", file, "--json", ...(await listWords(name, packages))]);
    rows.push(`| \`${name}\` | ${formatRun(run)} |`);
    process.stderr.write(`${rows.at(-1)}\n`);
  }
  const page = formatPage(packages, rows, (await stat(file)).size, loadBefore);
  await publishPage(page, { file: PAGE, write: values.write });
}
