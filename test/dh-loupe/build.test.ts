// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isRoot, ORDINARY_USER, SourcePackage } from "./source-package.js";

const packages: SourcePackage[] = [];

async function make(...args: Parameters<typeof SourcePackage.make>): Promise<SourcePackage> {
  const made = await SourcePackage.make(...args);
  packages.push(made);
  return made;
}

async function makeAtLevel(level: number): Promise<SourcePackage> {
  const greet = await make("greet", { "debian/compat": `${level}\n` });
  await greet.run(["sed", "-i", "s/debhelper-compat (= 13)/debhelper/", "debian/control"]);
  return greet;
}

afterEach(async () => {
  for (const made of packages.splice(0)) {
    await made.remove();
  }
});

/** A build takes seconds, but not on a machine that is busy with other tests. */
const TIME_LIMIT = 240_000;

/** Verdicts by name of the call. */
const toVerdicts = (manifest: Awaited<ReturnType<SourcePackage["readManifest"]>>): Record<string, string | undefined> =>
  Object.fromEntries(manifest.features.map(({ name, verdict }) => [name, verdict]));

const GREET_VERDICTS = { exit_group: "required", getppid: "any", write: "required" };

describe("a build with the add-on", { timeout: TIME_LIMIT }, () => {
  it("leaves a manifest with verdicts beside the tree, which goes on to make packages", async () => {
    const greet = await make("greet");
    const { exitCode, stderr } = await greet.run(["dpkg-buildpackage", "-us", "-uc", "-b", "-d"], {
      DH_EXTRA_ADDONS: "loupe",
      DEB_LOUPE_OPTIONS: "--replicas 1",
    });
    expect(stderr).toContain("dh_loupe: analyzed: manifest ");
    expect(exitCode).toBe(0);
    const manifest = await greet.readManifest();
    expect(await greet.listManifests()).toEqual([expect.stringMatching(/^greet_1\.0-1_\w+\.loupe\.json$/)]);
    expect(manifest).toMatchObject({
      outcome: "analyzed",
      package: { source: "greet", version: "1:1.0-1", binaries: ["greet"] },
      workload: { kind: "suite", command: ["debian/rules", "loupe-test"] },
      executables: [{ path: "greet", package: "greet", considered: "shipped" }],
      confirmation: { passed: true },
    });
    expect(toVerdicts(manifest)).toEqual(GREET_VERDICTS);
    expect(await readdir(greet.parent)).toContainEqual(expect.stringMatching(/^greet_1\.0-1_\w+\.deb$/));
    expect(await readFile(join(greet.tree, "check.log"), "utf8")).toBe("hello\n");
  });

  it.runIf(isRoot)("gives the same verdicts to an ordinary user", async () => {
    const greet = await make("greet", {}, ORDINARY_USER);
    const { exitCode } = await greet.build({ DEB_LOUPE_OPTIONS: "--replicas 1" });
    expect(exitCode).toBe(0);
    expect(toVerdicts(await greet.readManifest())).toEqual(GREET_VERDICTS);
  });

  it("is switched on by dh-sequence-loupe in Build-Depends and by --with loupe", async () => {
    const control = (fields: string): string => `Source: greet
Section: misc
Priority: optional
Maintainer: A Tester <tester@example.org>
${fields}
Standards-Version: 4.6.2
Rules-Requires-Root: no

Package: greet
Architecture: any
Description: tiny program for tests
 It greets.
`;
    const variables = { DEB_LOUPE_OPTIONS: "--observe" };
    const declared = await make("greet", {
      "debian/control": control("Build-Depends: debhelper-compat (= 13), dh-sequence-loupe"),
    });
    const conditional = await make("greet", {
      "debian/control": control("Build-Depends: debhelper-compat (= 13)\nBuild-Depends-Arch: dh-sequence-loupe"),
    });
    const with_ = await make("greet", { "debian/rules": "#!/usr/bin/make -f\n%:\n\tdh $@ --with loupe\n" });
    for (const greet of [declared, conditional, with_]) {
      const { exitCode, stderr } = await greet.run(["debian/rules", "build"], variables);
      expect(stderr).not.toContain("add-on");
      expect(exitCode).toBe(0);
      expect(await greet.readManifest()).toMatchObject({ outcome: "observed", executables: [{ path: "greet" }] });
    }
  });

  it("runs override targets, in build-arch with -a, and keeps the arguments of the dh line", async () => {
    const greet = await make("greet", {
      "debian/rules": `#!/usr/bin/make -f
%:
	dh $@ --sourcedirectory=.

override_dh_auto_test-arch:
	echo arch >> ../steps
	dh_auto_test

override_dh_auto_test-indep:
	echo indep >> ../steps

override_dh_loupe:
	dh_loupe --observe --consider greet-helper
`,
    });
    const { exitCode } = await greet.run(["debian/rules", "build-arch"], { DH_EXTRA_ADDONS: "loupe" });
    expect(exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({
      workload: { command: ["debian/rules", "loupe-test -a"] },
      executables: [
        { path: "greet", considered: "shipped" },
        { path: "greet-helper", considered: "named" },
      ],
    });
    // The build's own run, and the one that tells programs apart; the observed one leaves nothing outside of its sandbox.
    expect(await readFile(join(greet.parent, "steps"), "utf8")).toBe("arch\n".repeat(2));
  });

  it("goes through dh where debian/rules lists its targets, with what dh passed on", async () => {
    const greet = await make("greet", {
      "debian/rules": `#!/usr/bin/make -f
build:
	dh build --sourcedirectory=.
clean:
	dh clean
`,
    });
    const { exitCode } = await greet.build({ DEB_LOUPE_OPTIONS: "--observe" });
    expect(exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({
      outcome: "observed",
      workload: { command: ["dh", "loupe-test", "--sourcedirectory=."] },
      executables: [{ path: "greet" }],
    });
  });

  it.each([10, 12, 14])("works at compatibility level %d", async (level) => {
    const greet = await makeAtLevel(level);
    const { exitCode } = await greet.build({ DEB_LOUPE_OPTIONS: "--observe" });
    expect(exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({ outcome: "observed", executables: [{ path: "greet" }] });
  });

  it.runIf(isRoot)("works where rules ask for (fake) root and build everything in the target binary", async () => {
    const greet = await make("greet", {}, ORDINARY_USER);
    await greet.run(["sed", "-i", "s/^Rules-Requires-Root: no/Rules-Requires-Root: binary-targets/", "debian/control"]);
    const variables = { DH_EXTRA_ADDONS: "loupe", DEB_LOUPE_OPTIONS: "--replicas 1" };
    const { exitCode, stderr } = await greet.run(["fakeroot", "debian/rules", "binary"], variables);
    expect(exitCode, stderr).toBe(0);
    const manifest = await greet.readManifest();
    expect(manifest).toMatchObject({ outcome: "analyzed", executables: [{ path: "greet", considered: "shipped" }] });
    expect(toVerdicts(manifest)).toEqual(GREET_VERDICTS);
  });

  // What was done is in debhelper's logs up to level 9, and in stamps of the targets later.
  it.each([9, 13])("works at compatibility level %d, and does not run again for the packages", async (level) => {
    const greet = await makeAtLevel(level);
    const { exitCode } = await greet.build({ DEB_LOUPE_OPTIONS: "--observe" });
    expect(exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({ outcome: "observed", executables: [{ path: "greet" }] });
    // As dpkg-buildpackage says it to packages that need no root, so that an ordinary user needs no fakeroot either.
    const settings = { DH_EXTRA_ADDONS: "loupe", DEB_RULES_REQUIRES_ROOT: "no" };
    const again = await greet.run(["debian/rules", "binary"], settings);
    expect(again.stderr).not.toContain("running the test step again");
    expect(again.exitCode).toBe(0);
  });
});

describe("programs that count", { timeout: TIME_LIMIT }, () => {
  it("are shipped scripts, too", async () => {
    const greet = await make("greet");
    await greet.build({ DEB_LOUPE_OPTIONS: "--observe", GREET_SCRIPT: "1" });
    const { executables } = await greet.readManifest();
    expect(executables.map(({ path, considered }) => [path, considered])).toEqual([
      ["greet", "shipped"],
      ["greet-script", "shipped"],
    ]);
  });

  it.each([
    ["installed as it was built", ""],
    ["linked anew at installation, as libtool does", "override_dh_auto_install:\n\tdh_auto_install -- RELINK=1\n"],
  ])("are test programs that use a shipped library %s", async (_, override) => {
    const library = await make("libgreet", { "debian/rules": `#!/usr/bin/make -f\n%:\n\tdh $@\n\n${override}` });
    await library.build({ DEB_LOUPE_OPTIONS: "--observe" });
    expect(await library.readManifest()).toMatchObject({
      outcome: "observed",
      executables: [{ path: "test-greet", package: "libgreet1", considered: "linked" }],
    });
  });
});
