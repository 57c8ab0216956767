// SPDX-License-Identifier: GPL-3.0-or-later
// The examples of dh_loupe(1), in their order, in a tiny package in place of those that the page names.
import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuildResult, SourcePackage } from "../dh-loupe/source-package.js";
import { readExamples } from "../man/man-page.js";

let greet: SourcePackage;

beforeAll(async () => {
  greet = await SourcePackage.make("greet");
});
afterAll(() => greet.remove());

const examples = readExamples("dh_loupe.1").map(({ commands }) =>
  commands.replaceAll("memcached-debug", "greet-helper").replaceAll("bzip2_", "greet_"),
);
const [build, buildWithOptions, runAgain, override, listRequired] = examples as [
  string,
  string,
  string,
  string,
  string,
];

async function run(commands: string): Promise<BuildResult> {
  const result = await greet.run(["bash", "-euo", "pipefail", "-c", commands]);
  expect(result.exitCode, result.stderr).toBe(0);
  return result;
}

async function listPrograms(): Promise<readonly string[]> {
  return (await greet.readManifest()).executables.map(({ path }) => path);
}

describe("the examples of dh_loupe(1)", () => {
  it("are those that are run here", () => expect(examples).toHaveLength(5));

  it("build a package as it is", async () => {
    await run(build);
    expect(await greet.readManifest()).toMatchObject({ outcome: "analyzed", confirmation: { replicas: 3 } });
    expect(await readdir(greet.parent)).toContainEqual(expect.stringMatching(/^greet_1\.0-1_\w+\.deb$/));
  });

  it("build it with options and a test program", async () => {
    await run(buildWithOptions);
    expect(await greet.readManifest()).toMatchObject({ outcome: "analyzed", confirmation: { replicas: 1 } });
    expect(await listPrograms()).toEqual(["greet", "greet-helper"]);
  });

  it("judge more in a tree that has been built", async () => {
    await run(runAgain);
    expect(await greet.readManifest()).toMatchObject({ outcome: "analyzed" });
    expect(await listPrograms()).toEqual(["greet"]);
  });

  it("list what a package requires", async () => {
    const { stdout } = await run(listRequired);
    expect(stdout.split("\n")).toEqual(["exit_group", "write"]);
  });

  it("look on in every build", async () => {
    await appendFile(join(greet.tree, "debian/rules"), `\n${override}`);
    await run("debian/rules clean && DH_EXTRA_ADDONS=loupe debian/rules build");
    expect(await greet.readManifest()).toMatchObject({ outcome: "observed" });
  });
});
