// SPDX-License-Identifier: GPL-3.0-or-later
// Who may only read a database can ask it, and whoever only asks changes nothing.
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe, type Outcome } from "./loupe.js";

const AS_USER = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

/** The directory "shared" with a database in it. */
async function prepare(): Promise<Scratch> {
  const scratch = await openScratch();
  await mkdir(scratch.path("shared"));
  await writeFile(scratch.path("good"), serializeManifest(exampleManifest()));
  // In a process of its own: SQLite's files beside the database go when it ends.
  expect(await loupe(scratch, ["db", "merge", "good", "--db", "shared/usage.db"])).toMatchObject({ status: 0 });
  await writeFile(scratch.path("os.syscalls"), "openat\n");
  await mkdir(scratch.path("own"));
  await chmod(scratch.path("own"), 0o777);
  return scratch;
}

/** Takes everything away that SQLite has put there, and puts these files into its place. */
async function replaceFiles(scratch: Scratch, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const name of await readdir(scratch.path("shared"))) {
    await rm(scratch.path(`shared/${name}`));
  }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(scratch.path(`shared/${name}`), content);
  }
}

function pick(files: Readonly<Record<string, string>>, ...names: readonly string[]): Record<string, Uint8Array> {
  return Object.fromEntries(names.map((name) => [name, Buffer.from(files[name] ?? "", "base64")]));
}

/** Takes the right to write away; the test gives it back where it goes on as the same user. */
async function protect(scratch: Scratch): Promise<void> {
  for (const name of await readdir(scratch.path("shared"))) {
    await chmod(scratch.path(`shared/${name}`), 0o444);
  }
  await chmod(scratch.path("shared"), 0o555);
}

async function unprotect(scratch: Scratch): Promise<void> {
  await chmod(scratch.path("shared"), 0o755);
}

function readAsUser(scratch: Scratch, words: readonly string[]): Promise<Outcome> {
  return loupe(scratch, [...words, "--db", "shared/usage.db"], { wrapper: AS_USER });
}

async function snapshot(scratch: Scratch): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(scratch.path("shared"))).sort();
  const contents = await Promise.all(names.map((name) => readFile(scratch.path(`shared/${name}`), "base64")));
  return Object.fromEntries(names.map((name, index) => [name, contents[index] ?? ""]));
}

const READING_COMMANDS: readonly (readonly string[])[] = [
  ["usage", "prog"],
  ["usage", "--all"],
  ["report", "reasons"],
  ["report", "support", "--os", "os.syscalls"],
  ["report", "--output", "own/site"],
  ["plan", "--os", "os.syscalls"],
  ["export", "systemd", "prog"],
  ["db", "check"],
  ["db", "export", "csv"],
  ["db", "bundle", "prog", "--output", "own/bundle.tar"],
];

describe("a database that may only be read", () => {
  it("is read by every command that only reads, and stays as it was", async () => {
    const scratch = await prepare();
    const before = await snapshot(scratch);
    const words = ["db", "export", "json"];
    const { stdout: expected } = await loupe(scratch, [...words, "--db", "shared/usage.db"]);
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, words)).toEqual({ status: 0, stdout: expected, stderr: "" });
      for (const command of READING_COMMANDS) {
        const { status, stderr } = await readAsUser(scratch, command);
        expect({ command, status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/writ.*db/) });
      }
    } finally {
      await unprotect(scratch);
    }
    expect(await snapshot(scratch)).toEqual(before);
  });

  it("leaves nothing in a directory that others may write", async () => {
    const scratch = await prepare();
    const before = await snapshot(scratch);
    await chmod(scratch.path("shared/usage.db"), 0o444);
    await chmod(scratch.path("shared"), 0o777);
    expect(await readAsUser(scratch, ["usage", "prog"])).toMatchObject({ status: 0, stderr: "" });
    expect(await snapshot(scratch)).toEqual(before);
  });

  it("is read where it has no write-ahead log", async () => {
    const scratch = await prepare();
    const database = new DatabaseSync(scratch.path("shared/usage.db"));
    database.exec("pragma journal_mode = delete");
    database.close();
    const before = await snapshot(scratch);
    expect(Object.keys(before)).toEqual(["usage.db"]);
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, ["usage", "prog"])).toMatchObject({ status: 0, stderr: "" });
    } finally {
      await unprotect(scratch);
    }
    expect(await snapshot(scratch)).toEqual(before);
  });

  it("shows what another program has merged and not put into the file yet", async () => {
    const scratch = await prepare();
    const writer = await openDatabase(scratch.path("shared/usage.db"));
    try {
      await writer.mergeManifest({ ...exampleManifest(), package: { name: "other" } });
      await protect(scratch);
      expect(await readAsUser(scratch, ["usage", "other"])).toMatchObject({ status: 0, stderr: "" });
    } finally {
      await unprotect(scratch);
      await writer.close();
    }
  });

  it("is said to have a log that nobody put into it", async () => {
    const scratch = await prepare();
    const writer = await openDatabase(scratch.path("shared/usage.db"));
    await writer.mergeManifest({ ...exampleManifest(), package: { name: "other" } });
    const files = await snapshot(scratch);
    await writer.close();
    await replaceFiles(scratch, pick(files, "usage.db", "usage.db-wal"));
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, ["usage", "other"])).toMatchObject({
        ...{ status: 3, stdout: "" },
        stderr: expect.stringMatching(
          /^loupe: shared\/usage\.db: its log shared\/usage\.db-wal holds what a program that was ended.*db check.*\n$/,
        ),
      });
    } finally {
      await unprotect(scratch);
    }
    // Who may write reads all of it.
    expect(await loupe(scratch, ["db", "check", "--db", "shared/usage.db"])).toMatchObject({ status: 0 });
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, ["usage", "other"])).toMatchObject({ status: 0, stderr: "" });
    } finally {
      await unprotect(scratch);
    }
  });

  it("is not brought up to date by who may not write it", async () => {
    const scratch = await prepare();
    const database = new DatabaseSync(scratch.path("shared/usage.db"));
    database.exec("delete from loupe_migrations where number > 1");
    database.close();
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, ["usage", "prog"])).toMatchObject({
        ...{ status: 3, stdout: "" },
        stderr: expect.stringMatching(/^loupe: shared\/usage\.db was made by an earlier version .*db check/),
      });
    } finally {
      await unprotect(scratch);
    }
  });

  it("is refused to who may not even read it, or what lies before it", async () => {
    const scratch = await prepare();
    await chmod(scratch.path("shared/usage.db"), 0);
    expect(await readAsUser(scratch, ["usage", "prog"])).toMatchObject({
      ...{ status: 3, stdout: "" },
      stderr: expect.stringMatching(/^loupe: shared\/usage\.db: may not be read: permission denied/),
    });
    await chmod(scratch.path("shared"), 0);
    try {
      expect(await readAsUser(scratch, ["usage", "prog"])).toMatchObject({
        ...{ status: 3, stdout: "" },
        stderr: expect.stringMatching(/^loupe: shared\/usage\.db: may not be read: permission denied/),
      });
    } finally {
      await unprotect(scratch);
    }
  });

  it("cannot be merged into, and says so", async () => {
    const scratch = await prepare();
    await protect(scratch);
    try {
      expect(await readAsUser(scratch, ["db", "merge", "good"])).toMatchObject({
        ...{ status: 3, stdout: "" },
        stderr: expect.stringMatching(/^loupe: shared\/usage\.db or its directory may not be written/),
      });
    } finally {
      await unprotect(scratch);
    }
  });
});

describe("a file that is no database", () => {
  it.each([
    ["empty", "", /: nothing has been merged into this database yet/],
    ["short", "SQLite", /is no SQLite database; name another file\n$/],
    ["text", "not a database ".repeat(500), /is no SQLite database; name another file\n$/],
  ])("stays as it was for every command that only reads: %s", async (_name, content, sentence) => {
    const scratch = await prepare();
    await replaceFiles(scratch, { "usage.db": content });
    const before = await snapshot(scratch);
    for (const command of READING_COMMANDS.slice(1, 4)) {
      expect(await loupe(scratch, [...command, "--db", "shared/usage.db"])).toMatchObject({
        ...{ status: 2, stdout: "" },
        stderr: expect.stringMatching(sentence),
      });
    }
    expect(await snapshot(scratch)).toEqual(before);
  });

  it("stays as it was when it is a database of others with a log", async () => {
    const scratch = await prepare();
    await rm(scratch.path("shared/usage.db"));
    const foreign = new DatabaseSync(scratch.path("shared/usage.db"));
    foreign.exec("pragma journal_mode = wal; create table songs (title text)");
    const before = await snapshot(scratch);
    foreign.close();
    expect(Object.keys(before)).toContain("usage.db-wal");
    await replaceFiles(scratch, pick(before, "usage.db", "usage.db-wal"));
    const left = await snapshot(scratch);
    expect(await loupe(scratch, ["usage", "prog", "--db", "shared/usage.db"])).toMatchObject({
      ...{ status: 2, stdout: "" },
      stderr: expect.stringMatching(/is an SQLite database, but not one of Loupe; name another file\n$/),
    });
    expect(await snapshot(scratch)).toEqual(left);
  });
});
