// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openScratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

describe("loupe static", () => {
  it("shows calls, who makes them, and what is unknown", async () => {
    const { status, stdout, stderr } = await loupe(await openScratch(), ["static", "/usr/bin/make"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^\/usr\/bin\/make: \d+ system calls; there may be more$/m);
    expect(stdout).toMatch(/^execve +.*libc\.so\.6/m);
    expect(stdout).toMatch(/^Unknown: make calls dlopen/m);
  });

  it("writes the same as JSON", async () => {
    const { stdout } = await loupe(await openScratch(), ["static", "--json", "/usr/bin/gzip"]);
    const { programs } = JSON.parse(stdout);
    expect(programs).toMatchObject([{ program: "/usr/bin/gzip", complete: true, unknown: [] }]);
    expect(programs[0].syscalls).toContainEqual({ name: "fchmod", number: 91, files: ["libc.so.6"] });
  });

  it("shows a way to a call", async () => {
    const { stdout } = await loupe(await openScratch(), ["static", "--why", "fchmod", "/usr/bin/gzip"]);
    expect(stdout).toMatch(/^gzip:0x[0-9a-f]+\n(?: +\S+\n)* +libc\.so\.6:fchmod\n$/);
  });

  it.each<[readonly string[], number, RegExp]>([
    [["text"], 2, /text: not an ELF file/],
    [["none"], 2, /none: cannot be read/],
    [["."], 2, /cannot be read|not an ELF file/],
    [["cut"], 2, /cut: /],
    [["--why", "opnat", "/usr/bin/gzip"], 2, /did you mean openat/],
    [["--why", "reboot", "/usr/bin/gzip"], 2, /no code for reboot/],
    [["--library", "none", "/usr/bin/gzip"], 2, /none: cannot be read/],
    [[], 2, /elf/],
  ])("refuses %j with a sentence", async (words, expected, sentence) => {
    const scratch = await openScratch();
    await scratch.file("text", "no program\n");
    await scratch.file("cut", (await readFile("/usr/bin/gzip")).subarray(0, 700));
    const { status, stdout, stderr } = await loupe(scratch, ["static", ...words]);
    expect(stderr).toMatch(/^loupe: /);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  });

  it("says where the scanner is missing", async () => {
    const environment = { LOUPE_SCANNER: "/none" };
    const { status, stderr } = await loupe(await openScratch(), ["static", "/usr/bin/gzip"], { environment });
    expect(stderr).toContain("LOUPE_SCANNER names /none");
    expect(status).toBe(3);
  });
});
