// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareRulesStep, runsSuite } from "../../src/debian/rules-suite.js";

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "loupe-rules-"));
  mkdirSync(join(tree, "debian"));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

/** The recipe that debian/rules gets for its suite; undefined where it has none. */
async function findRecipe(rules: string, variables: Record<string, string> = {}): Promise<string | undefined> {
  writeFileSync(join(tree, "debian/rules"), `#!/usr/bin/make -f\n${rules}`, { mode: 0o755 });
  const step = await prepareRulesStep(tree, { PATH: process.env.PATH, DEB_HOST_ARCH: "amd64", ...variables });
  return step?.command.find((word) => word.startsWith("--eval="))?.slice("--eval=loupe-test:\n".length);
}

describe("a line that runs a suite", () => {
  it.each([
    "dh_auto_test",
    "dh_auto_test -a -- VERBOSE=1",
    "make check",
    "/usr/bin/make -C obj check VERBOSE=1",
    "cd build && make -j2 test",
    "[ -n x ] || make tests",
    "env CC=gcc make check",
    "ninja -C build test",
    "(cd build; ctest -V)",
    "xvfb-run prove -b t/",
    "python3 setup.py build test",
    "perl Build test",
    "./Build test --verbose",
    "python3 -m pytest tests",
  ])("is %s", (line) => expect(runsSuite(line)).toBe(true));

  it.each([
    "make",
    "make -C test",
    "make check-headers",
    "make install && rm -r check",
    "echo make check",
    "rm -rf test",
    "touch test",
    "cp -r test debian/64",
    "dh_auto_testing",
    "cmake . && test -e check",
  ])("is not %s", (line) => expect(runsSuite(line)).toBe(false));
});

describe("the suite in debian/rules", () => {
  it("is the line that runs it, whose failure counts even where the build ignores it", async () => {
    expect(await findRecipe("build: build-stamp\nbuild-stamp:\n\t$(MAKE)\n\n\t-@$(MAKE) test\n\ttouch $@\n")).toBe(
      "\t@$(MAKE) test",
    );
  });

  it("is not there where conditions leave it out", async () => {
    const rules = "build:\n\t$(MAKE)\nifeq (,$(filter nocheck,$(DEB_BUILD_OPTIONS)))\n\tdh_auto_test\nendif\n";
    expect(await findRecipe(rules)).toBe("\tdh_auto_test");
    expect(await findRecipe(rules, { DEB_BUILD_OPTIONS: "nocheck" })).toBeUndefined();
  });

  it("is found behind variables, in included makefiles and on several lines, each once", async () => {
    writeFileSync(
      join(tree, "suite.mk"),
      "post-build-%: ;\nINVOKE = env X='$$a' $(MAKE) \\\n  -C obj\n$(foreach p,a b,build/$(p))::\n\t+$(if $(CHECK),\\\n\t\t$(INVOKE) $(CHECK))\n",
    );
    expect(await findRecipe("CHECK = check\ninclude suite.mk\n")).toBe("\t+$(if $(CHECK),\\\n\t\t$(INVOKE) $(CHECK))");
  });

  it("names the target in place of $@, and leaves out what only the target's run can tell", async () => {
    expect(
      await findRecipe("build-a:\n\tmake -C $@ check\nbuild-%:\n\tmake -C $* check\nb: c\n\tmake -f $< test\n"),
    ).toBe("\tmake -C build-a check");
  });

  it("does not run anything, and is nothing in rules without recipes", async () => {
    expect(await findRecipe("build:\n\ttouch ran\n")).toBeUndefined();
    expect(await findRecipe("build: ;\n")).toBeUndefined();
  });
});
