// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { expect, test } from "vitest";
import { readElfIdentity } from "../../src/workload/elf.js";
import { describeLinkage, type Linkage } from "../../src/workload/linkage.js";
import { openScratch } from "../support/scratch.js";

const HELLO = '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n';

async function link(compiler: string, ...words: readonly string[]): Promise<Linkage | undefined> {
  const scratch = await openScratch();
  await scratch.file("hello.c", HELLO);
  const path = scratch.path("hello");
  await execa(compiler, [...words, "-o", path, scratch.path("hello.c")]);
  const identity = await readElfIdentity(path);
  return identity && describeLinkage(path, identity);
}

test.each([
  ["gcc", [], { form: "dynamic", libc: "glibc", interpreter: expect.stringMatching(/\/ld-linux-.*\.so\.\d$/) }],
  ["gcc", ["-static", "-s"], { form: "static", libc: "glibc" }],
  ["gcc", ["-static-pie"], { form: "static", libc: "glibc" }],
  ["musl-gcc", [], { form: "dynamic", libc: "musl", interpreter: expect.stringMatching(/\/ld-musl-.*\.so\.1$/) }],
  ["musl-gcc", ["-static"], { form: "static", libc: "musl" }],
  // Nothing in a stripped file tells: it is not known, and not guessed.
  ["musl-gcc", ["-static", "-s"], { form: "static", libc: null }],
  ["gcc", ["-Wl,--dynamic-linker=/opt/own/loader"], { form: "dynamic", libc: null, interpreter: "/opt/own/loader" }],
])("%s %j", async (compiler, words, expected) => {
  expect(await link(compiler, ...words)).toEqual(expected);
});
