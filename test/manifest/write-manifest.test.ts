// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import { EnvironmentError, UsageError } from "../../src/errors.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { writeManifest } from "../../src/manifest/write-manifest.js";
import { openScratch } from "../support/scratch.js";
import { exampleManifest } from "./example.js";

test("replaces the file behind a symbolic link and leaves nothing else", async () => {
  const scratch = await openScratch();
  await mkdir(scratch.path("out"));
  await scratch.file("out/m.json", "old");
  await symlink("out/m.json", scratch.path("link"));
  await writeManifest(scratch.path("link"), exampleManifest());
  expect(await readFile(scratch.path("out/m.json"), "utf8")).toBe(serializeManifest(exampleManifest()));
  expect(await readdir(scratch.path("out"))).toEqual(["m.json"]);
  expect((await readdir(scratch.directory)).sort()).toEqual(["link", "out"]);
});

test("refuses a directory that does not exist, and what is no file", async () => {
  const scratch = await openScratch();
  await expect(writeManifest(scratch.path("none/m.json"), exampleManifest())).rejects.toThrow(UsageError);
  await expect(writeManifest(scratch.directory, exampleManifest())).rejects.toThrow(/not a regular file/);
  await expect(writeManifest("/dev/null", exampleManifest())).rejects.toThrow(/not a regular file/);
});

test("refuses to write what it would not read", async () => {
  const scratch = await openScratch();
  const broken = exampleManifest({ conflicts: [] });
  await expect(writeManifest(scratch.path("m.json"), broken)).rejects.toThrow(/getsid is required although/);
  expect(await readdir(scratch.directory)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)("on a full disk the old manifest stays, and nothing else", async () => {
  const scratch = await openScratch();
  const disk = scratch.path("disk");
  await mkdir(disk);
  await execa("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]);
  try {
    await scratch.file("disk/m.json", "old");
    await scratch.file("disk/filler", "x".repeat(8192));
    const features = Array.from({ length: 200 }, (_, number) => ({
      kind: "syscall" as const,
      name: `call${number}`,
      calls: 1,
      executables: ["a".repeat(100)],
    }));
    const { confirmation: _, search: __, ...rest } = exampleManifest();
    const large = { ...rest, outcome: "observed" as const, features, conflicts: [] };
    const writing = writeManifest(`${disk}/m.json`, large);
    await expect(writing).rejects.toThrow(EnvironmentError);
    await expect(writing).rejects.toThrow(/no space left.*free some space/);
    expect(await readFile(`${disk}/m.json`, "utf8")).toBe("old");
    expect((await readdir(disk)).sort()).toEqual(["filler", "m.json"]);
  } finally {
    await execa("umount", [disk]);
  }
});
