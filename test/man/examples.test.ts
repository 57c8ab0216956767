// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { manPagePath, readExamples, readHelpOptions, readOptions } from "./man-page.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Each page and the command whose `--help` it documents. */
const PAGES = [
  { page: "loupe.1", command: ["loupe"] },
  { page: "loupe-trace.1", command: ["loupe", "trace"] },
  { page: "loupe-analyze.1", command: ["loupe", "analyze"] },
  { page: "loupe-build.1", command: ["loupe", "build"] },
  { page: "loupe-compare.1", command: ["loupe", "compare"] },
  { page: "loupe-export.1", command: ["loupe", "export"] },
  { page: "loupe-static.1", command: ["loupe", "static"] },
  { page: "loupe-returns.1", command: ["loupe", "returns"] },
  {
    page: "loupe-batch.1",
    command: ["loupe", "batch"],
    subcommands: ["run", "status", "retry", "enqueue", "worker"],
  },
  { page: "loupe-plan.1", command: ["loupe", "plan"] },
  { page: "loupe-report.1", command: ["loupe", "report"] },
  { page: "loupe-usage.1", command: ["loupe", "usage"] },
  {
    page: "loupe-db.1",
    command: ["loupe", "db"],
    subcommands: ["merge", "import-loupedb", "export", "check", "bundle", "import-bundle"],
  },
  { page: "loupe-serve.1", command: ["loupe", "serve"], subcommands: ["token"] },
  { page: "loupe-submit.1", command: ["loupe", "submit"] },
  { page: "loupe-lookup.1", command: ["loupe", "lookup"] },
  { page: "dh_loupe.1", command: ["dh_loupe"] },
  { page: "loupe-tracer.1", command: ["loupe-tracer"] },
] as readonly { page: string; command: readonly [string, ...string[]]; subcommands?: readonly string[] }[];

const environment = { PATH: `${ROOT}bin:${ROOT}tracer:${process.env.PATH}` };

describe.each(PAGES)("$page", ({ page, command, subcommands = [] }) => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "loupe-man-"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("is formatted without a warning", async () => {
    const { stdout, stderr } = await execa("man", ["--warnings", "--local-file", manPagePath(page)], {
      env: { LC_ALL: "C.UTF-8", MANROFFSEQ: "", MANWIDTH: "100" },
    });
    expect(stderr).toBe("");
    for (const section of ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"]) {
      expect(stdout).toMatch(new RegExp(`^${section}$`, "m"));
    }
  });

  it("describes the options of --help and no others", async () => {
    const known = new Set<string>();
    for (const words of [[], ...subcommands.map((name) => [name])]) {
      const { stdout: help } = await execa(command[0], [...command.slice(1), ...words, "--help"], { env: environment });
      for (const option of readHelpOptions(help)) known.add(option);
    }
    const documented = readOptions(page);
    expect([...documented].sort()).toEqual([...known].sort());
    expect(documented).toContain("--help");
  });

  it("has examples, each of which is tested or says why not", () => {
    expect(readExamples(page).length).toBeGreaterThan(0);
  });

  const tested = readExamples(page).filter(({ notRun }) => notRun === undefined);
  it.each(tested)("has an example that works: $commands", async ({ commands }) => {
    const { stdout } = await execa("bash", ["-euo", "pipefail", "-c", commands], { cwd: directory, env: environment });
    expect(stdout).not.toBe("");
  });
});
