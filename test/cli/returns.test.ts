// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

async function withSource(): Promise<Scratch> {
  const scratch = await openScratch();
  await mkdir(scratch.path("src"));
  await scratch.file("src/a.c", "int f(int fd)\n{\n\twrite(fd, 0, 0);\n\tgetpid();\n\treturn close(fd) < 0;\n}\n");
  return scratch;
}

it("loupe returns tells which results are checked, and where one is not", async () => {
  const { status, stdout } = await loupe(await withSource(), ["returns", "src"]);
  expect(stdout).toMatch(/^src: 2 calls that can fail in 1 files of C; 50 % are checked/m);
  expect(stdout).toMatch(/^write +1 +0 +0 +0 +1 +0 % +a\.c:3$/m);
  expect(stdout).toMatch(/^close +1 +1 +0 +0 +0 +100 %$/m);
  expect(stdout).not.toContain("getpid");
  expect(status).toBe(0);
});

it("loupe static --source tells which calls there are", async () => {
  const scratch = await withSource();
  const { status, stdout } = await loupe(scratch, ["static", "--source", "src"]);
  expect(stdout).toMatch(/^src: 3 system calls/);
  expect(stdout).toMatch(/^getpid +1 +getpid +a\.c:4$/m);
  expect(status).toBe(0);
  const { stdout: json } = await loupe(scratch, ["static", "--source", "--json", "src"]);
  expect(JSON.parse(json).sources[0].syscalls).toEqual(["close", "getpid", "write"]);
});

it.each([
  [["returns", "none"], /none: cannot be read/],
  [["returns"], /directory/],
  [["static", "--source", "--why", "read", "src"], /not for --source/],
])("%j is refused with a sentence", async (words, sentence) => {
  const { status, stdout, stderr } = await loupe(await withSource(), words);
  expect(stderr).toMatch(/^loupe: /);
  expect(stderr).toMatch(sentence);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});
