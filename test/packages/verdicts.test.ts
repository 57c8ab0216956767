// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import { type BuiltPackage, buildDebianPackage, isRoot, type PackageBuildRequest } from "./debian-package.js";

/** Two cores, two builds at a time; the longest suite (lighttpd) has some 120 runs of a few seconds each. */
const TIME_LIMIT = 40 * 60_000;

const UNCHANGED = { DH_EXTRA_ADDONS: "loupe" };

function toVerdicts(manifest: Manifest): Record<string, string | undefined> {
  return Object.fromEntries(manifest.features.map(({ name, verdict }) => [name, verdict]));
}

/** Builds for whoever runs the tests, and, where that is root, for an ordinary user at the same time. */
async function buildForAll(request: Omit<PackageBuildRequest, "builder">): Promise<readonly BuiltPackage[]> {
  const builders = isRoot ? (["self", "user"] as const) : (["self"] as const);
  return Promise.all(builders.map((builder) => buildDebianPackage({ ...request, builder })));
}

async function expectSameVerdicts(request: Omit<PackageBuildRequest, "builder">): Promise<Manifest> {
  const built = await buildForAll(request);
  for (const { manifest } of built) {
    expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
    expect(manifest.features.length).toBeGreaterThan(10);
  }
  const [first, ...others] = built;
  for (const other of others) {
    expect(toVerdicts(other.manifest)).toEqual(toVerdicts((first as BuiltPackage).manifest));
  }
  return (first as BuiltPackage).manifest;
}

/** The considered executables as [path, package, reason]. */
function listExecutables(manifest: Manifest): readonly (readonly [string, string | undefined, string])[] {
  return manifest.executables.map(({ path, package: name, considered }) => [path, name, considered]);
}

describe("unmodified source packages, as root and as an ordinary user", { timeout: TIME_LIMIT }, () => {
  it("bzip2: a program by make", async () => {
    const manifest = await expectSameVerdicts({ name: "bzip2", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["bzip2", "bzip2", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ read: "required", write: "required" });
  });

  it("mawk: an override of the test step", async () => {
    const manifest = await expectSameVerdicts({ name: "mawk", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["mawk", "mawk", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ openat: "required", write: "required" });
  });

  it("hello: automake", async () => {
    const manifest = await expectSameVerdicts({ name: "hello", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["hello", "hello", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ write: "required" });
  });

  it("json-c: a library by cmake, with arguments on the dh line", async () => {
    const manifest = await expectSameVerdicts({ name: "json-c", variables: UNCHANGED });
    expect(manifest.executables.length).toBeGreaterThan(15);
    for (const executable of manifest.executables) {
      expect(executable).toMatchObject({ package: "libjson-c5", considered: "linked" });
      expect(executable.path).toMatch(/^build\/tests\/test/);
    }
  });

  it("lighttpd: a server whose suite is written in Perl, which does not count", async () => {
    const manifest = await expectSameVerdicts({ name: "lighttpd", variables: UNCHANGED });
    const paths = manifest.executables.map(({ path }) => path);
    expect(paths).toContain("src/lighttpd");
    expect(paths.filter((path) => !path.startsWith("src/"))).toEqual([]);
    expect(toVerdicts(manifest)).toMatchObject({ bind: "required", listen: "required" });
  });
});

describe("memcached, four files of its suite", { timeout: TIME_LIMIT }, () => {
  let helpers: string;

  beforeAll(async () => {
    // What make test runs before the test files is left out: make reads MAKEFILES first, and `override` wins over the
    // makefile's own value.
    helpers = await mkdtemp(join(tmpdir(), "loupe-memcached-"));
    await writeFile(join(helpers, "first.mk"), `override builddir := ${helpers}\n`);
    await symlink("/bin/true", join(helpers, "sizes"));
    await symlink("/bin/true", join(helpers, "testapp"));
    await execa("chmod", ["-R", "a+rX", helpers]);
  });
  afterAll(() => rm(helpers, { recursive: true }));

  it("considers the test program that is named", async () => {
    const manifest = await expectSameVerdicts({
      name: "memcached",
      variables: {
        ...UNCHANGED,
        DEB_LOUPE_OPTIONS: "--replicas 1 --consider memcached-debug",
        HARNESS_PERL: fileURLToPath(new URL("only-tests", import.meta.url)),
        LOUPE_ONLY_TESTS: "binary-get.t quit.t issue_3.t stats-detail.t",
        MAKEFILES: join(helpers, "first.mk"),
        PARALLEL: "4",
        SSL_TEST: "0",
      },
    });
    expect(listExecutables(manifest)).toEqual([["memcached-debug", undefined, "named"]]);
    expect(toVerdicts(manifest)).toMatchObject({ bind: "required", epoll_ctl: "required" });
  });
});

describe("a package that asks for dh_loupe itself", { timeout: TIME_LIMIT }, () => {
  it("needs only dh-sequence-loupe in Build-Depends", async () => {
    const { manifest, files } = await buildDebianPackage({
      name: "bzip2",
      builder: "self",
      change: async (tree) => {
        const control = join(tree, "debian/control");
        const text = await readFile(control, "utf8");
        await writeFile(control, text.replace(/^Build-Depends:/m, "Build-Depends: dh-sequence-loupe,"));
      },
    });
    expect(manifest).toMatchObject({ outcome: "analyzed", package: { source: "bzip2" } });
    expect(files).toContainEqual(expect.stringMatching(/^bzip2_.*\.deb$/));
  });
});
