// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readManifest } from "../../src/manifest/read-manifest.js";
import { writeManifest } from "../../src/manifest/write-manifest.js";
import { hashFile } from "../../src/workload/elf.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

/** The text of a manifest with one executable, as it is here. */
async function observe(scratch: Scratch, path: string): Promise<string> {
  const [described] = exampleManifest().executables;
  const executables = described === undefined ? [] : [{ ...described, path, sha256: await hashFile(path) }];
  const file = scratch.path("made.json");
  await writeManifest(file, exampleManifest({ executables }));
  return readFile(file, "utf8");
}

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
    [[], 2, /which programs/],
    [["--add-to", "text", "/usr/bin/gzip"], 2, /--add-to/],
    [["--add-to", "text"], 2, /not JSON/],
  ])("refuses %j with a sentence", async (words, expected, sentence) => {
    const scratch = await openScratch();
    await scratch.file("text", "no program\n");
    await scratch.file("cut", (await readFile("/usr/bin/gzip")).subarray(0, 700));
    const { status, stdout, stderr } = await loupe(scratch, ["static", ...words]);
    expect(stderr).toMatch(/^loupe: /);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: expected, stdout: "" });
  });

  it("adds what the code says to a manifest of the same files", async () => {
    const scratch = await openScratch();
    const file = await scratch.file("m.json", await observe(scratch, "/usr/bin/gzip"));
    const { status, stdout, stderr } = await loupe(scratch, ["static", "--add-to", "m.json"]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "loupe: wrote m.json\n" });
    const { executables, features } = await readManifest(file);
    expect(executables[0]?.static?.syscalls).toContain("fchmod");
    expect(executables[0]?.static?.unknown).toEqual([]);
    expect(features.length).toBe(exampleManifest().features.length);
  });

  it("adds what the source says to a manifest", async () => {
    const scratch = await openScratch();
    const file = await scratch.file("m.json", await observe(scratch, "/usr/bin/gzip"));
    await mkdir(scratch.path("tree"));
    await scratch.file("tree/a.c", 'int f(void) { close(3); return open("x", 0) < 0; }\n');
    const words = ["static", "--source", "--add-to", "m.json"];
    expect(await loupe(scratch, [...words, "tree"])).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "loupe: wrote m.json\n",
    });
    expect((await readManifest(file)).sources).toEqual({
      files: 1,
      filesWithErrors: 0,
      syscalls: ["close", "open"],
      computed: 0,
      results: [
        { function: "close", syscall: "close", calls: 1, checked: 0, passedOn: 0, stored: 0, ignored: 1 },
        { function: "open", syscall: "open", calls: 1, checked: 1, passedOn: 0, stored: 0, ignored: 0 },
      ],
    });
    expect((await loupe(scratch, words)).stderr).toMatch(/--source --add-to takes one directory/);
    expect((await loupe(scratch, [...words, "none"])).status).toBe(2);
  });

  it("adds nothing of files that are others", async () => {
    const scratch = await openScratch();
    const text = await observe(scratch, "/usr/bin/gzip");
    await scratch.file("m.json", text.replace(/"sha256": "[0-9a-f]{8}/, '"sha256": "01234567'));
    const { status, stderr } = await loupe(scratch, ["static", "--add-to", "m.json"]);
    expect(stderr).toMatch(/none of the manifest's executables is here: .*gzip is not the file that was measured/);
    expect(status).toBe(2);
  });

  it("says where the scanner is missing", async () => {
    const environment = { LOUPE_SCANNER: "/none" };
    const { status, stderr } = await loupe(await openScratch(), ["static", "/usr/bin/gzip"], { environment });
    expect(stderr).toContain("LOUPE_SCANNER names /none");
    expect(status).toBe(3);
  });
});
