// SPDX-License-Identifier: GPL-3.0-or-later
// Packages whose debian/rules do not use dh, and the manifest as one of the files of a build: dh_loupe --after-build.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type BuildResult, isRoot, ORDINARY_USER, SourcePackage } from "./source-package.js";

const TIME_LIMIT = 240_000;

/** As packages did it before debhelper. The suite's failure is ignored. */
const CLASSIC = `#!/usr/bin/make -f
build: build-stamp
build-arch: build
build-indep:
build-stamp:
	$(MAKE)
ifeq ($(GREET_NO_SUITE),)
	-$(MAKE) check
endif
	touch $@
clean:
	$(MAKE) clean
	rm -rf build-stamp debian/greet debian/files
binary: binary-arch
binary-indep:
binary-arch: build
	$(MAKE) install DESTDIR=$(CURDIR)/debian/greet
	mkdir -p debian/greet/DEBIAN
	dpkg-gencontrol -Pdebian/greet
	dpkg-deb --root-owner-group --build debian/greet ..
	rm -r debian/greet
.PHONY: build build-arch build-indep clean binary binary-arch binary-indep
`;

const packages: SourcePackage[] = [];

afterEach(async () => {
  for (const made of packages.splice(0)) {
    await made.remove();
  }
});

async function make(files: Readonly<Record<string, string>>, user?: number): Promise<SourcePackage> {
  const made = await SourcePackage.make("greet", files, user);
  packages.push(made);
  return made;
}

/** Builds the packages, with dh_loupe called as it is from outside of a package. */
function buildAll(greet: SourcePackage, variables: Readonly<Record<string, string>>): Promise<BuildResult> {
  const command = ["dpkg-buildpackage", "-us", "-uc", "-b", "-d", "--hook-buildinfo=dh_loupe --after-build"] as const;
  return greet.run(command, { DH_EXTRA_ADDONS: "loupe", ...variables });
}

async function readFilesOfChanges(greet: SourcePackage): Promise<string> {
  const name = (await readdir(greet.parent)).find((file) => file.endsWith(".changes"));
  return readFile(join(greet.parent, name ?? "missing"), "utf8");
}

describe("a package that does not use dh", { timeout: TIME_LIMIT }, () => {
  it("has the line that runs its suite as its workload, and the built packages tell what is shipped", async () => {
    const greet = await make({ "debian/rules": CLASSIC }, isRoot ? ORDINARY_USER : undefined);
    const { exitCode, stderr } = await buildAll(greet, { DEB_LOUPE_OPTIONS: "--replicas 1" });
    expect(exitCode, stderr).toBe(0);
    const manifest = await greet.readManifest();
    expect(manifest).toMatchObject({
      outcome: "analyzed",
      package: { source: "greet", version: "1:1.0-1", binaries: ["greet"] },
      workload: { kind: "suite", command: ["debian/rules", "--eval=loupe-test:\n\t$(MAKE) check", "loupe-test"] },
      executables: [{ path: "greet", package: "greet", considered: "shipped" }],
      confirmation: { passed: true },
    });
    expect(Object.fromEntries(manifest.features.map(({ name, verdict }) => [name, verdict]))).toEqual({
      exit_group: "required",
      getppid: "any",
      write: "required",
    });
    expect(await readFilesOfChanges(greet)).toMatch(/ misc optional greet_1\.0-1_\w+\.loupe\.json$/m);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      "without a suite",
      { GREET_NO_SUITE: "1" },
      "no-tests",
      /does not use dh, and no line of it is known to run a suite/,
    ],
    ["whose suite fails, which its build ignores", { GREET_FAIL: "1" }, "baseline-fails", /FAIL: greet on purpose/],
  ])("%s has an outcome that says so", async (_, variables, outcome, reason) => {
    const greet = await make({ "debian/rules": CLASSIC });
    await greet.run(["debian/rules", "build"], { GREET_NO_SUITE: "1" });
    expect((await greet.run(["dh_loupe", "--after-build"], variables)).exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
    expect(await readFile(join(greet.tree, "debian/files"), "utf8")).toMatch(/^greet_\S+\.loupe\.json misc optional$/m);
  });

  it("is not tested when nocheck says so, and no manifest is listed then", async () => {
    const greet = await make({ "debian/rules": CLASSIC });
    const { exitCode, stderr } = await greet.run(["dh_loupe", "--after-build"], { DEB_BUILD_OPTIONS: "nocheck" });
    expect(stderr).toContain("skipped: nothing is tested");
    expect(exitCode).toBe(0);
    expect(await readdir(join(greet.tree, "debian"))).not.toContain("files");
  });
});

describe("a package that uses dh", { timeout: TIME_LIMIT }, () => {
  it("is analyzed once, during the build, and its manifest is listed after it", async () => {
    const greet = await make({});
    const { exitCode, stderr } = await buildAll(greet, { DEB_LOUPE_OPTIONS: "--observe" });
    expect(exitCode, stderr).toBe(0);
    expect(stderr.split("running the test step again")).toHaveLength(2);
    expect(await greet.readManifest()).toMatchObject({
      outcome: "observed",
      workload: { command: ["debian/rules", "loupe-test"] },
    });
    expect(await readFilesOfChanges(greet)).toMatch(/ misc optional greet_1\.0-1_\w+\.loupe\.json$/m);
  });

  it("is known by debhelper's logs at compatibility level 9, which leaves no stamp", async () => {
    const greet = await make({});
    await writeFile(join(greet.tree, "debian/greet.debhelper.log"), "dh_auto_test\ndh_loupe\n");
    const architecture = (await greet.run(["dpkg-architecture", "-qDEB_HOST_ARCH"])).stdout;
    await writeFile(join(greet.parent, `greet_1.0-1_${architecture}.loupe.json`), "{}");
    const { exitCode, stderr } = await greet.run(["dh_loupe", "--after-build"]);
    expect(stderr).toMatch(/loupe\.json is one of the files of this build$/);
    expect(stderr).not.toContain("running the test step again");
    expect(exitCode).toBe(0);
  });
});
