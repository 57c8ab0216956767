// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findWritten, readFailure, readSkipReason } from "../../../src/debian/sbuild/sbuild-log.js";

const RULE = "-".repeat(80);
const heading = (text: string): string => `+${"-".repeat(78)}+\n| ${text.padEnd(77)}|\n+${"-".repeat(78)}+\n`;

let directory: string;
let log: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loupe-log-"));
  log = join(directory, "greet_1.0_amd64.build");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("tells the stage that failed, and its last words", async () => {
  writeFileSync(
    log,
    `${"line\n".repeat(30)}make: *** [all] Error 2\n${RULE}\nBuild finished at 2026-11-25T14:22:00Z\n\nFinished\n${heading("Cleanup")}Purging\n${heading("Summary")}Fail-Stage: build\nStatus: attempted\n${RULE}\n`,
  );
  const { stage, lastLines } = await readFailure(log);
  expect(stage).toBe("build");
  expect(lastLines.split("\n")).toHaveLength(12);
  expect(lastLines.split("\n").at(-1)).toBe("make: *** [all] Error 2");
});

it("tells what apt-get has said where nothing was built", async () => {
  writeFileSync(
    log,
    `E: Unable to correct problems\n\n${heading("Cleanup")}Purging\n${heading("Summary")}Fail-Stage: install-deps\n`,
  );
  expect(await readFailure(log)).toEqual({ stage: "install-deps", lastLines: "E: Unable to correct problems" });
});

it("tells nothing where there is no log", async () => {
  expect(await readFailure(undefined)).toEqual({ lastLines: "" });
  expect(await readFailure(join(directory, "none"))).toEqual({ lastLines: "" });
});

it("tells why dh_loupe did nothing", async () => {
  writeFileSync(log, "   dh_loupe\ndh_loupe: skipped: nothing is tested: DEB_BUILD_OPTIONS say nocheck\n");
  expect(await readSkipReason(log)).toBe("nothing is tested: DEB_BUILD_OPTIONS say nocheck");
});

it("finds what this build has written, not what an earlier one has", async () => {
  writeFileSync(log, "");
  writeFileSync(join(directory, "greet_0.9_amd64.build"), "");
  const old = join(directory, "greet_1.0_i386.build");
  writeFileSync(old, "");
  utimesSync(old, 1, 1);
  const greet = { dsc: "", source: "greet", version: "3:1.0" };
  expect(await findWritten(directory, greet, ".build", Date.now() - 60_000)).toEqual([log]);
});
