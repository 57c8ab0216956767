// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const LOUPE = fileURLToPath(new URL("../../bin/loupe", import.meta.url));

const treatment = (works: boolean) => ({ works, runs: 3 });

function manifest(verdict: "required" | "any", kernel: string) {
  const works = verdict === "any";
  return {
    schema: "loupe-manifest/1",
    package: { name: "prog" },
    environment: { kernel, tool: "loupe 0.1.0", libc: null },
    workload: { kind: "suite", command: ["true"], testFormat: "exit-status", testsPassed: null, durationSeconds: 1 },
    outcome: "analyzed",
    executables: [],
    features: [
      {
        kind: "syscall",
        name: "close",
        calls: 1,
        executables: [],
        verdict,
        stub: treatment(works),
        fake: treatment(works),
      },
    ],
    confirmation: { stubbed: works ? ["close"] : [], faked: [], replicas: 3, passed: true },
    conflicts: [],
    search: { strategy: "exhaustive", runs: 9, fullRuns: 6, seconds: 1, baselineSeconds: 1 },
  };
}

describe("loupe compare", () => {
  let directory: string;
  const path = (name: string): string => join(directory, name);
  const compare = (...args: readonly string[]) =>
    execa(LOUPE, ["compare", ...args], { cwd: directory, reject: false, stdin: "ignore", env: { NO_COLOR: "1" } });

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "loupe-compare-"));
    writeFileSync(path("old.json"), JSON.stringify(manifest("any", "6.1")));
    writeFileSync(path("new.json"), JSON.stringify(manifest("required", "6.1")));
    writeFileSync(path("moved.json"), JSON.stringify(manifest("any", "6.12\u001b[31m")));
    writeFileSync(path("broken.json"), '{"schema":');
    writeFileSync(path("future.json"), JSON.stringify({ ...manifest("any", "6.1"), schema: "loupe-manifest/9" }));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("exits 0 where nothing differs", async () => {
    expect(await compare("old.json", "old.json")).toMatchObject({ exitCode: 0, stdout: "No drift.", stderr: "" });
  });

  it("shows drift and exits 1", async () => {
    const { stdout, stderr, exitCode } = await compare("old.json", "new.json");
    expect(stdout).toMatch(/^syscall +close +any +required +worse$/m);
    expect(stdout).toMatch(/^together +close +stub +- +gone$/m);
    expect(stdout).toContain("1 verdict changed (1 worse, 0 better)");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 1 });
  });

  it("tells of another environment, without its control characters, and exits 0", async () => {
    const { stdout, exitCode } = await compare("old.json", "moved.json");
    expect(stdout).toBe("No drift.\nNot the same: kernel (6.1 before, 6.12?[31m after).");
    expect(exitCode).toBe(0);
  });

  it("writes the same as JSON", async () => {
    const { stdout, exitCode } = await compare("--json", "old.json", "new.json");
    expect(JSON.parse(stdout)).toMatchObject({
      differs: true,
      outcome: null,
      verdicts: [{ kind: "syscall", name: "close", before: "any", after: "required", direction: "worse" }],
      stubbedTogether: { gone: ["close"], new: [] },
    });
    expect(exitCode).toBe(1);
  });

  it("fails on what gets worse alone, where that is asked for", async () => {
    expect(await compare("--fail-on", "worse", "old.json", "new.json")).toMatchObject({ exitCode: 1 });
    const better = await compare("--fail-on", "worse", "new.json", "old.json");
    expect(better.stdout).toContain("better");
    expect(better.exitCode).toBe(0);
  });

  it("leaves out what is to be ignored", async () => {
    const outcome = await compare("--ignore", "close", "old.json", "new.json");
    expect(outcome).toMatchObject({ exitCode: 0, stdout: "No drift." });
  });

  it.each([
    [["--fail-on", "all", "old.json", "old.json"], "all"],
    [["old.json"], "after"],
    [[], "before"],
    [["old.json", "new.json", "old.json"], "argument"],
    [["old.json", "absent.json"], "absent.json"],
    [["broken.json", "old.json"], "broken.json"],
    [["old.json", "future.json"], "loupe-manifest/9"],
    [["old.json", "."], "not a regular file"],
    [["--xml", "old.json", "old.json"], "--xml"],
  ])("refuses %j with a sentence and status 2", async (args, named) => {
    const { stdout, stderr, exitCode } = await compare(...args);
    expect(stderr).toMatch(/^loupe: /);
    expect(stderr).toContain(named);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });

  it("is no error for a reader that goes away", async () => {
    const { stderr } = await execa("sh", ["-c", '"$0" compare old.json new.json | true', LOUPE], { cwd: directory });
    expect(stderr).toBe("");
  });
});
