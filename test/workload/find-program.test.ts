// SPDX-License-Identifier: GPL-3.0-or-later
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProgram } from "../../src/workload/find-program.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loupe-path-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const find = (word: string, searchPath: string | undefined): Promise<string> =>
  findProgram(word, { directory, searchPath });

function makeFile(path: string, mode: number): void {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  writeFileSync(join(directory, path), "#!/bin/sh\n");
  chmodSync(join(directory, path), mode);
}

describe("a program in PATH", () => {
  it("is the first file that can be executed", async () => {
    makeFile("a/prog", 0o644);
    mkdirSync(join(directory, "b/prog"), { recursive: true });
    makeFile("c/prog", 0o755);
    expect(await find("prog", "a:b:c")).toBe(join(directory, "c/prog"));
  });

  it("that is missing is said to be in another directory, where it is in one that PATH could name", async () => {
    await expect(find("chroot", "/usr/bin:/bin")).rejects.toThrow(
      /^chroot: no such program in PATH, but there is \/usr\/sbin\/chroot: give that path, or add \/usr\/sbin to PATH$/,
    );
  });

  it("that is missing everywhere is said to be missing, with the directories that were searched", async () => {
    await expect(find("no-such-program", "/usr/bin:sub")).rejects.toThrow(
      `no-such-program: no such program in PATH (/usr/bin, ${directory}/sub); install it, or give its path`,
    );
    await expect(find("no-such-program", undefined)).rejects.toThrow(
      /no such program in PATH, which is empty; install/,
    );
  });

  it("that cannot be executed is named with the reason", async () => {
    makeFile("a/prog", 0o644);
    await expect(find("prog", "/usr/bin:a")).rejects.toThrow(
      /^prog: no program of this name in PATH can be executed: .*\/a\/prog: not executable; chmod \+x it/,
    );
  });
});
