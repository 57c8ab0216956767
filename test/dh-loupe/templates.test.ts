// SPDX-License-Identifier: GPL-3.0-or-later
// The examples that are installed in /usr/share/doc/dh-loupe/examples, as the rules of tiny packages.
import { chmod, cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { SourcePackage } from "./source-package.js";

const TEMPLATES = fileURLToPath(new URL("../../templates/", import.meta.url));
const TIME_LIMIT = 240_000;
const QUICK = { DEB_LOUPE_OPTIONS: "--replicas 1" };
const OBSERVE = { DEB_LOUPE_OPTIONS: "--observe" };

const packages: SourcePackage[] = [];

afterEach(async () => {
  for (const made of packages.splice(0)) {
    await made.remove();
  }
});

async function makeFrom(template: string, name: string): Promise<SourcePackage> {
  const rules = await readFile(join(TEMPLATES, template), "utf8");
  const made = await SourcePackage.make(name, { "debian/rules": rules });
  packages.push(made);
  return made;
}

describe("the examples", { timeout: TIME_LIMIT }, () => {
  it("are the ones that are tested here", async () => {
    expect((await readdir(join(TEMPLATES, "rules"))).sort()).toEqual([
      "execute-after",
      "library",
      "override",
      "with-loupe",
    ]);
    expect((await readdir(join(TEMPLATES, "server"))).sort()).toEqual(["check", "rules"]);
  });

  it("with-loupe: one option on the dh line", async () => {
    const greet = await makeFrom("rules/with-loupe", "greet");
    expect((await greet.run(["debian/rules", "build"], OBSERVE)).exitCode).toBe(0);
    expect(await greet.readManifest()).toMatchObject({ outcome: "observed", executables: [{ path: "greet" }] });
  });

  it("override: one observed run, and a program that is not shipped", async () => {
    const greet = await makeFrom("rules/override", "greet");
    expect((await greet.run(["debian/rules", "build"])).exitCode).toBe(0);
    const { outcome, executables } = await greet.readManifest();
    expect(outcome).toBe("observed");
    expect(executables.map(({ path, considered }) => [path, considered])).toEqual([
      ["greet", "shipped"],
      ["greet-helper", "named"],
    ]);
  });

  it("library: programs of the suite", async () => {
    const library = await makeFrom("rules/library", "libgreet");
    // A program that is linked statically, as suites of libraries have them.
    await library.run([
      "sh",
      "-c",
      "printf 'all: test-static\\ntest-static: test-greet.c greet.c\\n\\t$(CC) -o $@ $^\\ncheck: run-static\\nrun-static: all\\n\\t./test-static\\n' >>Makefile",
    ]);
    expect((await library.run(["debian/rules", "build"], OBSERVE)).exitCode).toBe(0);
    const { outcome, executables } = await library.readManifest();
    expect(outcome).toBe("observed");
    expect(executables.map(({ path, considered }) => [path, considered])).toEqual([
      ["test-greet", "linked"],
      ["test-static", "named"],
    ]);
  });

  it("server: a script of the package drives it", async () => {
    const server = await makeFrom("server/rules", "greetd");
    await cp(join(TEMPLATES, "server/check"), join(server.tree, "debian/check"));
    await chmod(join(server.tree, "debian/check"), 0o755);
    const { exitCode, stderr } = await server.run(["debian/rules", "build"], QUICK);
    expect(exitCode, stderr).toBe(0);
    const { outcome, executables, features } = await server.readManifest();
    expect(outcome).toBe("analyzed");
    expect(executables).toMatchObject([{ path: "greetd", considered: "shipped" }]);
    const verdicts = Object.fromEntries(features.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({ socket: "required", bind: "required", setsockopt: "fake" });
  });

  it("execute-after: a build that fails when the programs need something else", async () => {
    const greet = await makeFrom("rules/execute-after", "greet");
    await greet.run(["dh", "build", "--with", "loupe"], OBSERVE);
    const accepted = join(greet.tree, "debian/accepted.loupe.json");
    await rename(join(greet.parent, (await greet.listManifests())[0] as string), accepted);
    await greet.run(["debian/rules", "clean"]);
    expect((await greet.run(["debian/rules", "build"], OBSERVE)).exitCode).toBe(0);
    const manifest = JSON.parse(await readFile(accepted, "utf8"));
    manifest.features = manifest.features.filter(({ name }: { name: string }) => name !== "getppid");
    await writeFile(accepted, JSON.stringify(manifest));
    await greet.run(["debian/rules", "clean"]);
    const { exitCode, stdout } = await greet.run(["debian/rules", "build"], OBSERVE);
    expect(stdout).toContain("getppid");
    expect(exitCode).not.toBe(0);
  });
});
