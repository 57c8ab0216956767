// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isRoot, ORDINARY_USER, SourcePackage } from "./source-package.js";

let greet: SourcePackage;

/** A built tree, in which dh_loupe is called by itself. */
beforeAll(async () => {
  greet = await SourcePackage.make("greet", {
    "debian/rules": "#!/usr/bin/make -f\n%:\n\tdh $@\n\nifneq ($(GREET_NO_SUITE),)\noverride_dh_auto_test:\nendif\n",
  });
  await greet.run(["debian/rules", "build"]);
});
afterAll(() => greet.remove());
afterEach(() => greet.run(["sh", "-c", "rm -f ../*.loupe.json debian/*.loupe.json debian/*.debhelper.log"]));

describe("nothing to do", () => {
  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ["nocheck", [], { DEB_BUILD_OPTIONS: "nocheck" }, /skipped: nothing is tested/],
    ["the profile nocheck", [], { DEB_BUILD_PROFILES: "nocheck" }, /skipped: nothing is tested/],
    ["noloupe", [], { DEB_BUILD_OPTIONS: "parallel=2 noloupe" }, /skipped: switched off/],
    ["-i", ["-i"], {}, /skipped: there is no package to act on/],
    ["-Ngreet", ["-Ngreet"], {}, /skipped: there is no package to act on/],
    ["--no-act", ["--no-act"], {}, /skipped: .*--no-act/],
    ["DH_NO_ACT", [], { DH_NO_ACT: "1" }, /skipped: .*--no-act/],
    ["a cross-build", [], { DEB_HOST_ARCH: "s390x" }, /skipped: programs for s390x are not run here/],
  ])("is said for %s", async (_, options, variables, message) => {
    const { exitCode, stdout, stderr } = await greet.run(["dh_loupe", ...options], variables);
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(await greet.listManifests()).toEqual([]);
  });

  it("is said where only packages of documentation and the like are acted on, as in builds of these alone", async () => {
    const control = join(greet.tree, "debian/control");
    const before = await readFile(control, "utf8");
    await writeFile(
      control,
      `${before.trimEnd()}\n\nPackage: greet-doc\nArchitecture: all\nDescription: words\n More words.\n`,
    );
    try {
      for (const [options, variables] of [
        [["-i"], {}],
        [["-pgreet-doc"], {}],
        [["-Ngreet"], {}],
        [[], { DH_INTERNAL_OPTIONS: "-i" }],
      ] as const) {
        const { exitCode, stderr } = await greet.run(["dh_loupe", ...options], variables);
        expect(stderr).toMatch(/skipped: none of the packages acted on is architecture-dependent/);
        expect(exitCode).toBe(0);
      }
    } finally {
      await writeFile(control, before);
    }
  });

  it("is not said in quiet builds", async () => {
    expect(await greet.run(["dh_loupe"], { DEB_BUILD_OPTIONS: "terse noloupe" })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("wrong use", () => {
  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ["an unknown option", ["--foo"], {}, /Unknown option: foo.*error during option parsing; aborting/],
    ["an unknown package", ["-pnone"], {}, /Requested unknown package none via -p\/--package, expected one of: greet/],
    ["an unknown strategy", ["--strategy=luck"], {}, /--strategy cannot be "luck"; known: adaptive, exhaustive/],
    ["no replica", ["--replicas", "0"], {}, /--replicas cannot be "0"/],
    ["an unknown option from outside", [], { DEB_LOUPE_OPTIONS: "--foo" }, /Unknown option: foo in DEB_LOUPE_OPTIONS/],
    ["an open quote from outside", [], { DEB_LOUPE_OPTIONS: "--consider 'x" }, /DEB_LOUPE_OPTIONS: a quote/],
  ])("ends with debhelper's status for %s", async (_, options, variables, message) => {
    const { exitCode, stdout, stderr } = await greet.run(["dh_loupe", ...options], variables);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect({ exitCode, stdout }).toEqual({ exitCode: 25, stdout: "" });
  });

  it("is a directory that is no source package", async () => {
    const { exitCode, stderr } = await greet.run(["env", "-C", "..", "dh_loupe"]);
    expect(stderr).toMatch(/debian\/control" cannot be read.*top directory of a source package/);
    expect(exitCode).toBe(25);
  });

  it("is no wrong use to pass on unknown options with -O, or in DH_OPTIONS", async () => {
    const { exitCode, stderr } = await greet.run(["dh_loupe", "-O--buildsystem=x", "--no-act"], {
      DH_OPTIONS: "--bar",
    });
    expect(stderr).toMatch(/warning: ignored unknown options in DH_OPTIONS/);
    expect(exitCode).toBe(0);
  });
});

describe("what is found", { timeout: 240_000 }, () => {
  it.each<[string, readonly string[], Record<string, string>, string, RegExp, number]>([
    ["a suite that fails", [], { GREET_FAIL: "1" }, "baseline-fails", /FAIL: greet on purpose/, 4],
    ["no suite", [], { GREET_NO_SUITE: "1" }, "no-tests", /ran no program of the source tree/, 4],
    ["a suite that takes too long", ["--time-limit=0.01"], {}, "timeout", /not finished after/, 4],
    [
      "a missing tracer",
      [],
      { LOUPE_TRACER: "/nonexistent" },
      "environment-error",
      /LOUPE_TRACER names \/nonexistent/,
      3,
    ],
  ])(
    "is an outcome with its reason, which --strict makes a failure: %s",
    async (_, options, variables, outcome, reason, status) => {
      const { exitCode, stderr } = await greet.run(["dh_loupe", "--strict", ...options], variables);
      expect(stderr).toMatch(new RegExp(`warning: ${outcome}: `));
      const manifest = await greet.readManifest();
      expect(manifest).toMatchObject({ outcome, features: [] });
      expect(manifest.reason).toMatch(reason);
      expect(exitCode).toBe(status);
    },
  );

  it.each([{ GREET_NO_SUITE: "1" }, { LOUPE_TRACER: "/nonexistent" }])(
    "does not fail the build without --strict: %j",
    async (variables) => {
      expect(await greet.run(["dh_loupe"], variables)).toMatchObject({ exitCode: 0, stdout: "" });
    },
  );

  it("names the pattern that nothing executed, and goes on with the rest", async () => {
    const { exitCode, stderr } = await greet.run(["dh_loupe", "--observe", "--strict", "--consider", "gret-helper"]);
    expect(stderr).toMatch(/warning: no process executed \*\/gret-helper.*greet, .*greet-helper/);
    expect(exitCode).toBe(0);
    expect((await greet.readManifest()).executables.map(({ path }) => path)).toEqual(["greet"]);
  });

  it("suggests programs of the tree where no shipped one ran", async () => {
    await greet.run(["dh_loupe", "-pgreet"], { GREET_NO_SUITE: "1" });
    const library = await SourcePackage.make("libgreet", {
      Makefile:
        "all:\n\tcp /bin/true helper\ncheck:\n\t./helper\ninstall:\n\tinstall -D greet.c $(DESTDIR)/usr/share/greet/greet.c\n",
    });
    try {
      await library.build();
      const { outcome, reason } = await library.readManifest();
      expect(outcome).toBe("no-tests");
      expect(reason).toMatch(/no program that the package ships; .*--consider: helper$/);
    } finally {
      await library.remove();
    }
  });

  it("is the same file, whatever SOURCE_DATE_EPOCH says, but for what was measured; DH_VERBOSE says more", async () => {
    const read = async (variables: Record<string, string>): Promise<[string, unknown]> => {
      const { stderr } = await greet.run(["dh_loupe", "--observe"], variables);
      const { workload, search, ...rest } = await greet.readManifest();
      return [stderr, { ...rest, workload: { ...workload, durationSeconds: 0 }, search: search === undefined }];
    };
    const [quiet, first] = await read({ SOURCE_DATE_EPOCH: "1" });
    const [verbose, second] = await read({ SOURCE_DATE_EPOCH: "1700000000", DH_VERBOSE: "1" });
    expect(second).toEqual(first);
    expect(quiet).not.toContain("is shipped by greet");
    expect(verbose).toContain("is shipped by greet");
  });

  it("leaves the tree as it was, and no copies, and dh_clean removes the rest", async () => {
    await writeFile(join(greet.tree, "check.log"), "from before");
    await greet.run(["dh_loupe", "--observe"]);
    expect(await readdir(join(greet.tree, "debian/.debhelper/loupe"))).not.toContain("snapshot");
    const { stdout } = await greet.run(["cat", "check.log"]);
    expect(stdout).toBe("from before");
    await greet.run(["dh_clean"]);
    expect((await readdir(join(greet.tree, "debian"))).sort()).toEqual(["changelog", "control", "rules", "source"]);
    // Other tests need a built tree.
    await greet.run(["debian/rules", "build"]);
  });

  it("goes to --output, and to debian/ where the parent directory cannot be written", async () => {
    await greet.run(["dh_loupe", "--observe", "--output", "../other.loupe.json"]);
    expect(await greet.listManifests()).toEqual(["other.loupe.json"]);
    const own = await SourcePackage.make("greet", {}, isRoot ? ORDINARY_USER : undefined);
    try {
      await own.run(["debian/rules", "build"]);
      await chmod(own.parent, 0o555);
      const { stderr } = await own.run(["dh_loupe", "--observe"], { TMPDIR: own.tree, HOME: own.tree });
      expect(stderr).toMatch(/warning: .* cannot be written: the manifest goes to debian\//);
      expect(await readdir(join(own.tree, "debian"))).toContainEqual(expect.stringMatching(/\.loupe\.json$/));
    } finally {
      await chmod(own.parent, 0o755);
      await own.remove();
    }
  });
});
