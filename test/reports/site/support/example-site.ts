// SPDX-License-Identifier: GPL-3.0-or-later
// A database of two real manifests (Debian 12's hello and zlib, by dh_loupe) and of what else pages have to show, and the site of it.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openDatabase } from "../../../../src/database/open-database.js";
import type { Store } from "../../../../src/database/store.js";
import { readManifest } from "../../../../src/manifest/read-manifest.js";
import type { Manifest } from "../../../../src/manifest/schema.js";
import { readOsList } from "../../../../src/planning/input/os-list.js";
import { type SiteRequest, type SiteSummary, writeSite } from "../../../../src/reports/site/write-site.js";
import { exampleManifest } from "../../../manifest/example.js";
import { feature, measure } from "../../support/measure.js";

const FIXTURES = resolve("test/fixtures/manifests");
const SYSTEM = resolve("templates/os/systemd-basic.syscalls");

/** What others may have written into a database to do harm on a page. */
export const HOSTILE_NAME = `</script><script>globalThis.harm=1</script><img src=x onerror="harm=1">`;
export const HOSTILE_REASON = `it said "</pre>" & <b>'bold'</b>\u001b[31m\u202egnp.\nsecond line`;

function failed(name: string, reason: string): Manifest {
  const { confirmation, search, features, conflicts, ...rest } = exampleManifest();
  return { ...rest, package: { name }, outcome: "baseline-fails", reason, features: [], conflicts: [] };
}

/** Every kind of feature, verdict and outcome, two versions of a package, an impact, and hostile names. */
export async function exampleManifests(): Promise<readonly Manifest[]> {
  const real = await Promise.all(["hello", "zlib"].map((name) => readManifest(join(FIXTURES, `${name}.loupe.json`))));
  const impact = [{ treatment: "stub" as const, metric: "residentKiB", ratio: 1.25, pValue: 0.01 }];
  return [
    ...real,
    exampleManifest(),
    measure(
      ["server", "2.0-1"],
      [
        feature("openat", "required", { number: 257 }),
        feature("munmap", "any", { number: 11, impact }),
        feature("ioctl", "stub", { number: 16 }),
        feature("ioctl:TCGETS", "stub", { kind: "sub-feature" }),
        feature("/proc/self/maps", "any", { kind: "pseudo-file" }),
      ],
    ),
    measure(
      ["server", "1.0-1"],
      [feature("openat", "required", { number: 257 }), feature("futex", "fake", { number: 202 })],
    ),
    measure(["server", "2.0-1"], [feature("openat", "any", { number: 257 })], {
      workload: { ...exampleManifest().workload, kind: "benchmark" },
    }),
    failed("broken", HOSTILE_REASON),
    failed(HOSTILE_NAME, "exit status 1"),
    { ...exampleManifest(), package: { name: `Upper${HOSTILE_NAME}` } },
  ];
}

/** A database in memory with these manifests. */
export async function openExample(manifests: readonly Manifest[]): Promise<Store> {
  const store = await openDatabase(":memory:");
  for (const manifest of manifests) {
    await store.mergeManifest(manifest);
  }
  return store;
}

/** Writes the site of the example, with the plan of a system. */
export async function writeExample(directory: string, changes: Partial<SiteRequest> = {}): Promise<SiteSummary> {
  const store = await openExample(await exampleManifests());
  try {
    const support = await readOsList(SYSTEM, "x86_64");
    return await writeSite(store, {
      ...{ directory, architecture: "amd64", systems: [{ name: "systemd-basic", support }] },
      signal: new AbortController().signal,
      ...changes,
    });
  } finally {
    await store.close();
  }
}

/** Makes a directory that the caller removes. */
export async function makeScratch(): Promise<{
  readonly path: (name: string) => string;
  readonly remove: () => Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-site-"));
  return { path: (name) => join(directory, name), remove: () => rm(directory, { recursive: true }) };
}

/** The content of every file below a directory, by its path. */
export async function readTree(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.sort().map((file) => readFile(file, "utf8")));
  return new Map(files.map((file, index) => [file.slice(directory.length + 1), contents[index] ?? ""]));
}
