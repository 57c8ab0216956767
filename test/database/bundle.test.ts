// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { type Header, pack } from "tar-stream";
import { expect, it } from "vitest";
import { readBundle, unpackBundle } from "../../src/database/bundle/read-bundle.js";
import { writeBundle } from "../../src/database/bundle/write-bundle.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { loupe } from "../cli/loupe.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";

/** A header needs no more than a name. */
type HeaderFields = Partial<Header> & Pick<Header, "name">;

const EXAMPLE = serializeManifest(exampleManifest());

/** An archive with these entries, whatever they are. */
async function makeArchive(
  scratch: Scratch,
  entries: readonly (HeaderFields & { content?: string })[],
): Promise<string> {
  const archive = pack();
  for (const { content, ...header } of entries) {
    archive.entry(header, content ?? "");
  }
  archive.finalize();
  const file = scratch.path("made.tar");
  await writeFile(file, archive as AsyncIterable<Buffer>);
  return file;
}

/** The entries of a good bundle. */
function goodEntries(): readonly (HeaderFields & { content: string })[] {
  const files: Readonly<Record<string, string>> = {
    "manifest.loupe.json": EXAMPLE,
    "environment.json": "{}\n",
    rerun: "#!/bin/sh\n",
  };
  const sums = Object.entries(files).map(
    ([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`,
  );
  return Object.entries({ ...files, SHA256SUMS: sums.join("") }).map(([name, content]) => ({
    name: `loupe-bundle/${name}`,
    content,
  }));
}

it("goes from one database to another, with its logs, and can be checked by others' tools", async () => {
  const scratch = await openScratch();
  await scratch.file("good", EXAMPLE);
  const log = await scratch.file("build.log", "it was built\n");
  await loupe(scratch, ["db", "merge", "--db", "usage.db", "good"]);
  const bundle = (output: string) =>
    loupe(scratch, ["db", "bundle", "--db", "usage.db", "--output", output, "--log", log, "prog"]);
  expect(await bundle("one.tar")).toMatchObject({ status: 0, stdout: "" });
  const imported = await loupe(scratch, ["db", "import-bundle", "--db", "other.db", "--extract", "out", "one.tar"]);
  expect(imported).toMatchObject({ status: 0, stderr: "loupe: other.db: one.tar merged\n" });
  expect((await readdir(scratch.path("out"))).sort()).toEqual([
    "SHA256SUMS",
    "environment.json",
    "logs",
    "manifest.loupe.json",
    "rerun",
  ]);
  expect(await readFile(scratch.path("out/manifest.loupe.json"), "utf8")).toBe(EXAMPLE);
  expect(await readFile(scratch.path("out/logs/build.log"), "utf8")).toBe("it was built\n");
  await execa("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: scratch.path("out") });
  await execa("sh", ["-n", "rerun"], { cwd: scratch.path("out") });
  expect((await execa("tar", ["-tf", scratch.path("one.tar")])).stdout.split("\n")).toContain(
    "loupe-bundle/logs/build.log",
  );
  await bundle("two.tar");
  expect(await readFile(scratch.path("two.tar"))).toEqual(await readFile(scratch.path("one.tar")));
});

it("has a script that repeats an analysis, whatever the words of its command", async () => {
  const scratch = await openScratch();
  const example = exampleManifest({ package: { name: "prog" } });
  const manifest = {
    ...example,
    workload: { ...example.workload, command: ["sh", "-c", "echo 'a b' \"$0\"; :", "$(reboot)"] },
  };
  await writeBundle(scratch.path("b.tar"), serializeManifest(manifest), []);
  await unpackBundle(await readBundle(scratch.path("b.tar")), scratch.path("out"));
  await scratch.script("loupe", 'printf "[%s]" "$@"; echo');
  const { stdout } = await execa(scratch.path("out/rerun"), [], {
    cwd: scratch.directory,
    env: { ...scratch.environment, PATH: `${scratch.directory}:${process.env.PATH}` },
    extendEnv: false,
  });
  expect(stdout).toContain(`[--][sh][-c][echo 'a b' "$0"; :][$(reboot)]\n`);
});

it("takes a good archive, whoever made it", async () => {
  const scratch = await openScratch();
  expect((await readBundle(await makeArchive(scratch, goodEntries()))).size).toBe(4);
});

it.each<readonly [string, HeaderFields & { content?: string }, RegExp]>([
  ["a path upwards", { name: "loupe-bundle/../../etc/cron.d/x" }, /is not part of a bundle/],
  ["a path upwards as a log", { name: "loupe-bundle/logs/../../x" }, /is not part of a bundle/],
  ["an absolute path", { name: "/etc/passwd" }, /is not part of a bundle/],
  ["a hidden log", { name: "loupe-bundle/logs/.bashrc" }, /is not part of a bundle/],
  ["a symbolic link", { name: "loupe-bundle/logs/x", type: "symlink", linkname: "/etc/shadow" }, /is a symlink/],
  ["a hard link", { name: "loupe-bundle/logs/x", type: "link", linkname: "/etc/shadow" }, /is a link/],
  [
    "a device",
    { name: "loupe-bundle/logs/x", type: "character-device", devmajor: 1, devminor: 5 },
    /is a character-device/,
  ],
  ["a directory", { name: "loupe-bundle/logs", type: "directory" }, /is a directory/],
  ["a file twice", { name: "loupe-bundle/rerun", content: "rm -rf /" }, /is there twice/],
  ["a log without a checksum", { name: "loupe-bundle/logs/x", content: "x" }, /logs\/x is not what SHA256SUMS says/],
])("refuses %s, and unpacks nothing", async (_what, entry, message) => {
  const scratch = await openScratch();
  const file = await makeArchive(scratch, [...goodEntries(), entry]);
  await expect(readBundle(file)).rejects.toThrow(message);
});

it("refuses what is no bundle, truncated, changed or incomplete, in a sentence", async () => {
  const scratch = await openScratch();
  await writeBundle(scratch.path("good.tar"), EXAMPLE, []);
  const good = await readFile(scratch.path("good.tar"));
  const refuse = async (name: string, content: Uint8Array | string, message: RegExp): Promise<void> => {
    const { status, stdout, stderr } = await loupe(scratch, [
      "db",
      "import-bundle",
      "--db",
      "usage.db",
      await scratch.file(name, content),
    ]);
    expect(stderr).toMatch(message);
    expect({ status, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ status: 2, stdout: "", lines: 1 });
  };
  await refuse("text", "not a bundle ".repeat(100), /text: no bundle, or a damaged one: /);
  await refuse("cut.tar", good.subarray(0, good.length / 2), /cut\.tar: (no bundle, or a damaged one|\S+ is missing)/);
  await refuse(
    "changed.tar",
    Buffer.from(good.toString("latin1").replace("openat", "openbt"), "latin1"),
    /manifest\.loupe\.json is not what/,
  );
  await refuse("empty.tar", Buffer.alloc(1024), /manifest\.loupe\.json is missing/);
  await symlink("/dev/zero", scratch.path("endless.tar"));
  await expect(readBundle(scratch.path("endless.tar"))).rejects.toThrow(/not a regular file of at most/);
  expect((await readdir(scratch.directory)).filter((name) => name.startsWith("usage.db"))).toEqual([]);
});
