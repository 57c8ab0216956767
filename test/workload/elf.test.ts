// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import { expect, test } from "vitest";
import { hashFile, readElfIdentity } from "../../src/workload/elf.js";
import { openScratch } from "../support/scratch.js";

const SOURCE = "int answer(void) { return 42; }\nint main(void) { return 0; }\n";

async function readelf(...words: readonly string[]): Promise<string> {
  return (await execa("readelf", ["--wide", ...words])).stdout;
}

test("program: build-id and needed libraries as readelf has them", async () => {
  const scratch = await openScratch();
  await scratch.file("a.c", SOURCE);
  await execa("gcc", ["-Wl,--build-id", "-o", scratch.path("a"), scratch.path("a.c"), "-Wl,--no-as-needed", "-lm"]);
  const identity = await readElfIdentity(scratch.path("a"));
  expect(identity?.buildId).toBe(/Build ID: ([0-9a-f]+)/.exec(await readelf("-n", scratch.path("a")))?.[1]);
  expect(identity?.needed).toEqual(["libm.so.6", "libc.so.6"]);
  expect(identity?.hasInterpreter).toBe(true);
  expect(identity?.soname).toBeUndefined();
});

test("library: soname, also without a build-id", async () => {
  const scratch = await openScratch();
  await scratch.file("a.c", SOURCE);
  const library = scratch.path("liba.so.1.2");
  await execa("gcc", [
    ...["-shared", "-fPIC", "-Wl,--build-id=none", "-Wl,-soname,liba.so.1"],
    ...["-o", library, scratch.path("a.c")],
  ]);
  const identity = await readElfIdentity(library);
  expect(identity).toMatchObject({ soname: "liba.so.1", hasInterpreter: false, type: "shared" });
  expect(identity?.buildId).toBeUndefined();
});

test("static program: neither interpreter nor libraries", async () => {
  const scratch = await openScratch();
  await scratch.file("a.c", SOURCE);
  await execa("gcc", ["-static", "-Wl,--build-id", "-o", scratch.path("a"), scratch.path("a.c")]);
  const identity = await readElfIdentity(scratch.path("a"));
  expect(identity).toMatchObject({ needed: [], hasInterpreter: false, type: "executable" });
  expect(identity?.buildId).toMatch(/^[0-9a-f]{40}$/);
});

test.each([
  ["empty", Buffer.alloc(0)],
  ["text", Buffer.from("#!/bin/sh\n")],
  ["magic alone", Buffer.from("\x7fELF", "latin1")],
])("%s is not ELF", async (_, content) => {
  const scratch = await openScratch();
  expect(await readElfIdentity(await scratch.file("f", content))).toBeUndefined();
});

test("damaged headers do no harm", async () => {
  const scratch = await openScratch();
  await scratch.file("a.c", SOURCE);
  await execa("gcc", ["-Wl,--build-id", "-o", scratch.path("a"), scratch.path("a.c")]);
  const { readFile } = await import("node:fs/promises");
  const good = await readFile(scratch.path("a"));
  for (let offset = 16; offset < 64; offset++) {
    const damaged = Buffer.from(good);
    damaged[offset] = 0xff;
    const identity = await readElfIdentity(await scratch.file("damaged", damaged));
    expect(identity === undefined || Array.isArray(identity.needed)).toBe(true);
  }
  for (const length of [20, 52, 63, 64, 100, 500, 1000]) {
    const identity = await readElfIdentity(await scratch.file("short", good.subarray(0, length)));
    expect(identity === undefined || Array.isArray(identity.needed)).toBe(true);
  }
});

test("hashes as sha256sum does", async () => {
  const scratch = await openScratch();
  const file = await scratch.file("f", "abc");
  expect(await hashFile(file)).toBe((await execa("sha256sum", [file])).stdout.split(" ")[0]);
  await expect(hashFile(scratch.path("none"))).rejects.toThrow(/ENOENT/);
});
