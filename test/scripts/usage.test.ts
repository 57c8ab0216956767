// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";

const SCRIPTS = fileURLToPath(new URL("../../scripts/", import.meta.url));

function run(script: string, ...args: string[]) {
  return execa(`${SCRIPTS}${script}`, args, { reject: false, stdin: "ignore" });
}

describe.each(["setup", "test", "demo", "fetch-source", "check-fresh-machine", "build-packages", "check-own-packages"])(
  "scripts/%s",
  (script) => {
    it("explains itself", async () => {
      const { stdout, stderr, exitCode } = await run(script, "--help");
      expect(stdout).toMatch(new RegExp(`^Usage: scripts/${script}`));
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
    });

    it("refuses what it does not know, naming it or what is missing", async () => {
      const { stdout, stderr, exitCode } = await run(script, "--no-such-option");
      expect(stderr).toMatch(new RegExp(`${script}: .*(--no-such-option|which tests)`));
      expect(stdout).toBe("");
      expect(exitCode).toBe(2);
    });
  },
);

describe("scripts/setup", () => {
  const list = readFileSync(`${SCRIPTS}lib/debian-packages`, "utf8");
  const groups = new Set([...list.matchAll(/^([a-z]\S*)\s/gm)].map(([, group]) => group as string));

  it.each([...groups])("knows the group %s of the package list", async (group) => {
    const { stdout: usage } = await run("setup", "--help");
    const { stderr, exitCode } = await run("setup", group, "no-such-group");
    expect(usage).toMatch(new RegExp(`^  ${group} `, "m"));
    expect(stderr).toContain("unknown group: no-such-group");
    expect(exitCode).toBe(2);
  });
});

describe("scripts/fetch-source", () => {
  it.each(["bzip2; id", "../bzip2", "Bzip2", ""])("refuses the package name %j", async (name) => {
    const directory = mkdtempSync(join(tmpdir(), "loupe-fetch-"));
    try {
      const { stderr, exitCode } = await run("fetch-source", name, join(directory, "sources"));
      expect(stderr).toContain(`'${name}' is not the name of a source package`);
      expect(exitCode).toBe(2);
      expect(existsSync(join(directory, "sources"))).toBe(false);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
