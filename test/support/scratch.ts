// SPDX-License-Identifier: GPL-3.0-or-later
// A directory of its own for a test, whose processes all carry its marker, so that what outlives the test is found.
import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished } from "vitest";

const MARKER = "LOUPE_TEST_SCRATCH";
const PROGRAMS = resolve("test/fixtures/programs");

/** Programs that carry the marker in their environment. */
async function findProcesses(marker: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // A process that ends meanwhile, or belongs to someone else, is none of ours.
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(`${MARKER}=${marker}`)) {
      found.push(`${pid} ${(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")}`);
    }
  }
  return found;
}

export class Scratch {
  constructor(readonly directory: string) {}

  /** The environment for everything that the test starts. */
  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: this.directory,
      TMPDIR: this.directory,
      LC_ALL: "C",
      ...(process.env.LOUPE_TRACER !== undefined && { LOUPE_TRACER: process.env.LOUPE_TRACER }),
      [MARKER]: this.directory,
    };
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  async file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.path(name), content);
    return this.path(name);
  }

  /** An executable shell script. */
  async script(name: string, body: string): Promise<string> {
    const path = await this.file(name, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** Compiles one of test/fixtures/programs. */
  async program(name: string, flags: readonly string[] = []): Promise<string> {
    const path = this.path(name);
    await execa("gcc", ["-O1", "-Wall", "-o", path, join(PROGRAMS, `${name}.c`), ...flags]);
    return path;
  }

  /** The same without a dynamic linker, whose dozen calls would each cost an analysis some runs and show nothing. */
  async staticProgram(name: string): Promise<string> {
    return this.program(name, ["-static"]);
  }

  /** The processes of the test that are still there. */
  async findProcesses(): Promise<readonly string[]> {
    return findProcesses(this.directory);
  }

  /** Fails where a process of the test is still there. */
  async expectNoProcessLeft(): Promise<void> {
    expect(await this.findProcesses(), "processes left behind").toEqual([]);
  }
}

/** Opens a scratch directory; when the test is over, checks that no process of it is left, and removes it. */
export async function openScratch(): Promise<Scratch> {
  const scratch = new Scratch(await realpath(await mkdtemp(join(tmpdir(), "loupe-test-"))));
  await chmod(scratch.directory, 0o755);
  onTestFinished(async () => {
    try {
      await scratch.expectNoProcessLeft();
    } finally {
      await rm(scratch.directory, { recursive: true, force: true });
    }
  });
  return scratch;
}
