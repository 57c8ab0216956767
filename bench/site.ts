// SPDX-License-Identifier: GPL-3.0-or-later
// npm run bench:site: how long it takes to write the HTML site of a whole distribution, and to open its pages.
import { readdir, rm, stat } from "node:fs/promises";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "../src/database/open-database.js";
import { SiteBrowser } from "../test/reports/site/support/browser.js";
import { DISTRIBUTION, describeMeasurement, publishPage } from "./benchmark-page.js";
import { generateManifest } from "./generate-manifests.js";
import { runLoupe } from "./run-loupe.js";

const PAGE = "docs/benchmarks-site.md";
const CACHE = resolve(".cache/bench-database");
const { packages: PACKAGES, features: FEATURES } = DISTRIBUTION;
const ROUNDS = 3;

const USAGE = `Usage: npm run bench:site -- [--packages N] [--write]

Writes the site of a database of generated manifests by "loupe report --output" (the database is kept in .cache/bench-database, where
"npm run bench:database" leaves it; what is not there is made), and opens pages of it in Chromium.

  --packages N  this many in place of ${PACKAGES}, the source packages of Debian 12's main
  --write       write ${PAGE}
`;

async function prepareDatabase(packages: number): Promise<string> {
  const file = join(CACHE, packages === PACKAGES ? "usage.db" : `usage-${packages}.db`);
  const store = await openDatabase(file);
  try {
    const there = (await store.listPackages()).length;
    for (let index = there; index < packages; index++) {
      await store.mergeManifest(generateManifest(index, FEATURES));
    }
  } finally {
    await store.close();
  }
  return file;
}

async function measureSize(site: string): Promise<{ files: number; mebibytes: number }> {
  const entries = (await readdir(site, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  let bytes = 0;
  for (const { parentPath, name } of entries) {
    bytes += (await stat(join(parentPath, name))).size;
  }
  return { files: entries.length, mebibytes: Math.round(bytes / 1024 / 1024) };
}

/** The median of some visits, in milliseconds until the page has loaded and was drawn. */
async function timePage(browser: SiteBrowser, path: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const page = await browser.visit(path);
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    times.push(performance.now() - started);
    await page.close();
  }
  return times.sort((left, right) => left - right)[ROUNDS >> 1] ?? 0;
}

/** From the first letter to the list of what was found: the index is loaded on the way. */
async function timeSearch(browser: SiteBrowser): Promise<number> {
  const page = await browser.visit("index.html");
  const started = performance.now();
  await page.getByRole("combobox").fill("package-3");
  await page.getByRole("option").first().waitFor();
  const elapsed = performance.now() - started;
  await page.close();
  return elapsed;
}

async function choosePages(site: string): Promise<readonly (readonly [string, string])[]> {
  const sizeOf = async (path: string): Promise<number> => (await stat(join(site, path))).size;
  const calls = (await readdir(join(site, "calls")))
    .filter((name) => /^(?!index).*\.html$/.test(name))
    .map((name) => `calls/${name}`);
  const sizes = await Promise.all(calls.map(sizeOf));
  const largest = calls[sizes.indexOf(Math.max(...sizes))] ?? "calls/index.html";
  const pool = join(site, "packages/p");
  const name = (await readdir(pool))[0] ?? "";
  return [
    ["overview", "index.html"],
    ["API importance", "figures/suite/importance.html"],
    ["comparison", "figures/suite/comparison.html"],
    ["heat map", "figures/suite/heat-map.html"],
    ["reasons", "figures/suite/reasons.html"],
    ["list of calls", "calls/index.html"],
    ["the largest page of a call", largest],
    ["list of packages", "packages/index.html"],
    ["a package", `packages/p/${name}`],
  ];
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
  const database = await prepareDatabase(packages);
  const site = join(CACHE, "site");
  await rm(site, { recursive: true, force: true });
  const [loadBefore = 0] = loadavg();
  const { seconds, busySeconds, peakMiB } = await runLoupe(["report", "--output", site, "--db", database]);
  const { files, mebibytes } = await measureSize(site);
  const browser = await SiteBrowser.open(site);
  const rows: string[] = [];
  try {
    for (const [what, path] of await choosePages(site)) {
      const kibibytes = Math.round((await stat(join(site, path))).size / 1024);
      rows.push(`| ${what} | ${kibibytes} KiB | ${Math.round(await timePage(browser, path))} ms |`);
    }
    rows.push(`| search: from typing to what was found | - | ${Math.round(await timeSearch(browser))} ms |`);
  } finally {
    await browser.close();
  }
  const page = `# Benchmarks of the HTML site

The site (\`loupe report --output\`) of ${packages} packages with ${FEATURES} features each (Debian 12's main has ${PACKAGES} source
packages), made by \`bench/generate-manifests.ts\`, in SQLite.

${describeMeasurement("bench:site", loadBefore)}

Written in **${seconds.toFixed(1)} s** (goal: 60 s; ${busySeconds.toFixed(1)} s of processor time) with ${Math.round(peakMiB)} MiB of memory at most:
${files} files, ${mebibytes} MiB.

Pages in Chromium, opened from files: from the request until they are loaded and drawn, the median of ${ROUNDS} (goal: below 1 s).

| page | size | time |
| --- | --- | --- |
${rows.join("\n")}
`;
  await publishPage(page, { file: PAGE, write: values.write });
  await rm(site, { recursive: true, force: true });
}
