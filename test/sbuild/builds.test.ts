// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, describe, expect, it } from "vitest";
import { UnmodifiedPackage } from "./unmodified-package.js";

const made: UnmodifiedPackage[] = [];

afterEach(async () => {
  for (const unmodified of made.splice(0)) {
    await unmodified.remove();
  }
});

async function fetch(name: string): Promise<UnmodifiedPackage> {
  const unmodified = await UnmodifiedPackage.fetch(name);
  made.push(unmodified);
  return unmodified;
}

describe("an unmodified package, built in a chroot with dh_loupe", () => {
  it.each([
    {
      name: "figlet",
      how: "by dh",
      command: ["sh", "-c", expect.anything(), "sh", "debian/rules", "loupe-test"],
      programs: ["figlet", "showfigfonts"],
    },
    { name: "mawk", how: "with override_dh_auto_test", command: ["debian/rules", "loupe-test"], programs: ["mawk"] },
    {
      name: "zlib",
      how: "without dh, where a failing suite does not fail the build",
      command: ["debian/rules", "--eval=loupe-test:\n\t$(MAKE) test", "loupe-test"],
      programs: ["examplesh", "minigzipsh"],
    },
  ])("$name: $how", async ({ name, command, programs }) => {
    const unmodified = await fetch(name);
    const { exitCode, stdout, stderr } = await unmodified.start();
    expect(exitCode, stderr).toBe(0);
    const manifest = await unmodified.readManifest();
    expect(manifest).toMatchObject({
      outcome: "analyzed",
      package: { source: name },
      workload: { kind: "suite", command },
      confirmation: { passed: true },
    });
    expect(manifest.executables.map(({ path }) => path)).toEqual(programs);
    const verdicts = Object.fromEntries(manifest.features.map((feature) => [feature.name, feature.verdict]));
    expect(verdicts).toMatchObject({ openat: "required", read: "required" });
    expect(await unmodified.readChanges()).toMatch(new RegExp(` misc optional ${name}_\\S+\\.loupe\\.json$`, "m"));
    expect(stdout).toContain("features used: ");
    expect(await unmodified.listRemains()).toEqual([]);
  });
});
