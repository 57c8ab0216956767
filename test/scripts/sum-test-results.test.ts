// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/lib/sum-test-results.js", import.meta.url));

describe("sum-test-results", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "loupe-sum-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Writes what vitest's JSON reporter writes, as far as it is read here. */
  function writeResults(
    name: string,
    numPassedTests: number,
    numFailedTests: number,
    testResults: object[] = [],
  ): void {
    writeFileSync(join(directory, `${name}.json`), JSON.stringify({ numPassedTests, numFailedTests, testResults }));
  }

  function sum(...names: string[]) {
    return execa("node", [SCRIPT, directory, ...names], { reject: false });
  }

  it("adds up several runs", async () => {
    writeResults("fast", 40, 0);
    writeResults("packages", 2, 0);
    expect(await sum("fast", "packages")).toMatchObject({ stdout: "42 passed, 0 failed", exitCode: 0 });
  });

  it("fails when a test failed", async () => {
    writeResults("fast", 40, 1);
    expect(await sum("fast")).toMatchObject({ stdout: "40 passed, 1 failed", exitCode: 1 });
  });

  it("counts a test file that could not be loaded as a failure", async () => {
    writeResults("fast", 40, 0, [{ name: "a.test.ts", status: "failed", assertionResults: [], message: "no module" }]);
    const result = await sum("fast");
    expect(result.exitCode).toBe(1);
    expect(result.stdout.split("\n")).toEqual([
      "FAILED (fast) a.test.ts: could not be loaded",
      "    no module",
      "40 passed, 1 failed",
    ]);
  });

  it("names the tests that failed, with the beginning of their messages", async () => {
    const long = Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n");
    writeResults("fast", 2, 1, [
      {
        name: "b.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "b works" },
          { status: "failed", fullName: "b breaks", failureMessages: [long] },
        ],
      },
    ]);
    const lines = (await sum("fast")).stdout.split("\n");
    expect(lines.slice(0, 2)).toEqual(["FAILED (fast) b.test.ts: b breaks", "    line 0"]);
    expect(lines).toContain("    line 29");
    expect(lines).not.toContain("    line 30");
    expect(lines.at(-1)).toBe("2 passed, 1 failed");
  });

  it("names the tests that passed at their second attempt only", async () => {
    writeResults("fast", 1, 0, [
      {
        name: "c.test.ts",
        status: "passed",
        assertionResults: [{ status: "passed", fullName: "c wavers", failureMessages: ["too slow"] }],
      },
    ]);
    const { stdout, exitCode } = await sum("fast");
    expect(stdout.split("\n")).toEqual(["FLAKY (fast) c.test.ts: c wavers", "    too slow", "1 passed, 0 failed"]);
    expect(exitCode).toBe(0);
  });

  it("fails when a run left no results", async () => {
    writeResults("fast", 40, 0);
    const result = await sum("fast", "asan");
    expect(result).toMatchObject({ stdout: "40 passed, 0 failed", exitCode: 1 });
    expect(result.stderr).toContain("The asan run of vitest left no results");
  });

  it("fails when nothing ran", async () => {
    writeResults("fast", 0, 0);
    expect(await sum("fast")).toMatchObject({ stdout: "0 passed, 0 failed", exitCode: 1 });
  });
});
