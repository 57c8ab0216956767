// SPDX-License-Identifier: GPL-3.0-or-later
// The site of what was really measured, in a real browser: the manifests of `loupe batch run --local --replicas 1` over packages of Debian 12
// (test/fixtures/batch; the kernel's local version is left out) and, where it lies beside the checkout, the sample of github.com/unikraft/loupedb (CC BY 4.0).
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importLoupedb } from "../../../src/database/loupedb/import-loupedb.js";
import { readManifest } from "../../../src/manifest/read-manifest.js";
import { readOsList } from "../../../src/planning/input/os-list.js";
import { writeSite } from "../../../src/reports/site/write-site.js";
import { findViolations, SiteBrowser } from "./support/browser.js";
import { makeScratch, openExample } from "./support/example-site.js";

const BATCH = resolve("test/fixtures/batch");
const SAMPLE = resolve("../shared/loupedb-sample");
const SYSTEM = resolve("templates/os/systemd-basic.syscalls");
const isSampleThere = existsSync(SAMPLE);
if (!isSampleThere) {
  console.warn(`${SAMPLE} is not there: the site is tested with the packages of the batch run alone`);
}

async function writeMeasured(directory: string): Promise<void> {
  const files = (await readdir(BATCH)).sort();
  const store = await openExample(await Promise.all(files.map((file) => readManifest(join(BATCH, file)))));
  try {
    if (isSampleThere) {
      await importLoupedb(store, SAMPLE, { irregularity: () => undefined, refused: () => undefined });
    }
    const systems = [{ name: "systemd-basic", support: await readOsList(SYSTEM, "x86_64") }];
    await writeSite(store, { directory, architecture: "amd64", systems, signal: new AbortController().signal });
  } finally {
    await store.close();
  }
}

describe("the site of packages that were measured, in Chromium", () => {
  let browser: SiteBrowser;
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  let pages: readonly string[];

  beforeAll(async () => {
    scratch = await makeScratch();
    await writeMeasured(scratch.path("site"));
    pages = (await readdir(scratch.path("site"), { recursive: true })).filter((path) => path.endsWith(".html")).sort();
    browser = await SiteBrowser.open(scratch.path("site"));
  });

  afterAll(async () => {
    await browser?.close();
    await scratch.remove();
  });

  it("has a page for each package, and one for each kind of outcome among them", () => {
    expect(pages).toEqual(expect.arrayContaining(["index.html", "calls/openat.html", "systems/systemd-basic.html"]));
    const packages = [
      "a/acl",
      "b/bzip2",
      "f/figlet",
      "h/hello",
      "libt/libtry-tiny-perl",
      "liby/libyaml",
      "m/mawk",
      "t/tree",
    ];
    expect(pages).toEqual(expect.arrayContaining(packages.map((name) => `packages/${name}.html`)));
    const sample = ["h/haproxy", "r/redis", "n/nginx", "s/sqlite"].map((name) => `packages/${name}.html`);
    expect(pages.filter((path) => sample.includes(path))).toHaveLength(isSampleThere ? sample.length : 0);
  });

  it("opens every page without a complaint or a request, on a phone, too", { timeout: 240_000 }, async () => {
    expect(pages.length).toBeGreaterThan(50);
    for (const path of pages) {
      const page = await browser.visit(path, { size: "phone" });
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(390);
      expect(await page.locator("h1").count(), path).toBe(1);
      await page.close();
    }
    expect(browser.troubles).toEqual([]);
  });

  it.each([
    "index.html",
    "figures/suite/importance.html",
    "figures/suite/heat-map.html",
    "figures/suite/outcomes.html",
    "figures/suite/reasons.html",
    "calls/openat.html",
    "packages/a/acl.html",
    "packages/f/figlet.html",
    "systems/systemd-basic.html",
  ])("%s can be read by everybody, in both themes", async (path) => {
    for (const theme of ["light", "dark"] as const) {
      const page = await browser.visit(path, { theme });
      expect(await findViolations(page), theme).toEqual([]);
      await page.close();
    }
  });

  it("finds each package by its name", async () => {
    const page = await browser.visit("index.html");
    for (const name of ["figlet", "libyaml", "acl", ...(isSampleThere ? ["redis"] : [])]) {
      await page.getByRole("combobox").fill(name);
      await page
        .getByRole("option", { name: new RegExp(`^${name}`) })
        .first()
        .waitFor();
    }
    await page.close();
    expect(browser.troubles).toEqual([]);
  });
});
