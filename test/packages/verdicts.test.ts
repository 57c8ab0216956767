// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildDebianPackage } from "./debian-package.js";
import { expectSameVerdicts, listExecutables, orSkip, TIME_LIMIT, toVerdicts, UNCHANGED } from "./same-verdicts.js";

describe("unmodified source packages, as root and as an ordinary user", { timeout: TIME_LIMIT }, () => {
  it("bzip2: a program by make", async (context) => {
    const manifest = await expectSameVerdicts(context, { name: "bzip2", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["bzip2", "bzip2", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ read: "required", write: "required" });
  });

  it("mawk: an override of the test step", async (context) => {
    const manifest = await expectSameVerdicts(context, { name: "mawk", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["mawk", "mawk", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ openat: "required", write: "required" });
  });

  it("hello: automake", async (context) => {
    const manifest = await expectSameVerdicts(context, { name: "hello", variables: UNCHANGED });
    expect(listExecutables(manifest)).toEqual([["hello", "hello", "shipped"]]);
    expect(toVerdicts(manifest)).toMatchObject({ write: "required" });
  });

  it("json-c: a library by cmake, with arguments on the dh line", async (context) => {
    const manifest = await expectSameVerdicts(context, { name: "json-c", variables: UNCHANGED });
    expect(manifest.executables.length).toBeGreaterThan(15);
    for (const executable of manifest.executables) {
      expect(executable).toMatchObject({ package: "libjson-c5", considered: "linked" });
      expect(executable.path).toMatch(/^build\/tests\/test/);
    }
  });
});

describe("a package that asks for dh_loupe itself", { timeout: TIME_LIMIT }, () => {
  it("needs only dh-sequence-loupe in Build-Depends", async (context) => {
    const { manifest, files } = await orSkip(context, () =>
      buildDebianPackage({
        name: "bzip2",
        builder: "self",
        change: async (tree) => {
          const control = join(tree, "debian/control");
          const text = await readFile(control, "utf8");
          await writeFile(control, text.replace(/^Build-Depends:/m, "Build-Depends: dh-sequence-loupe,"));
        },
      }),
    );
    expect(manifest).toMatchObject({ outcome: "analyzed", package: { source: "bzip2" } });
    expect(files).toContainEqual(expect.stringMatching(/^bzip2_.*\.deb$/));
  });
});
