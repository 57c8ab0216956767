// SPDX-License-Identifier: GPL-3.0-or-later
// Every wrong input gets one sentence and the right exit status, hinders nothing else, and leaves nothing half-merged.
import { copyFile, mkdir, open, readdir, readFile, symlink, truncate } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe, type Outcome } from "./loupe.js";

const EXAMPLE = serializeManifest(exampleManifest());

function merge(scratch: Scratch, ...paths: readonly string[]): Promise<Outcome> {
  return loupe(scratch, ["db", "merge", "--db", "usage.db", ...paths]);
}

async function expectSound(scratch: Scratch, measurements: number): Promise<void> {
  const { status, stderr } = await loupe(scratch, ["db", "check", "--db", "usage.db"]);
  expect(stderr).toBe(`loupe: usage.db: ${measurements} measurements checked, 0 problems\n`);
  expect(status).toBe(0);
}

async function expectRefusal(outcome: Outcome, status: number, sentence: RegExp): Promise<void> {
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome).toMatchObject({ status, stdout: "" });
}

/** As many manifests as fill a small disk. */
async function writeMany(scratch: Scratch, count: number): Promise<void> {
  await mkdir(scratch.path("many"));
  for (let index = 0; index < count; index++) {
    await scratch.file(`many/${index}.loupe.json`, serializeManifest(generateManifest(index, 45)));
  }
}

describe("loupe db merge", () => {
  it("refuses what is no manifest, each in a sentence, and merges the others", async () => {
    const scratch = await openScratch();
    const change = (changes: object): string => JSON.stringify({ ...exampleManifest(), ...changes });
    const [feature] = exampleManifest().features;
    await scratch.file("good", EXAMPLE);
    await scratch.file("empty", "");
    await scratch.file("truncated", EXAMPLE.slice(0, EXAMPLE.length / 2));
    await scratch.file("foreign", '{"name": "left-pad", "version": "1.0.0"}');
    await scratch.file("later", change({ schema: "loupe-manifest/2" }));
    await scratch.file("types", change({ outcome: 7 }));
    await scratch.file(
      "nul",
      change({
        features: [{ ...feature, name: "op\0en" }],
        confirmation: exampleManifest().confirmation && { stubbed: [], faked: [], replicas: 1, passed: true },
        conflicts: [],
      }),
    );
    await scratch.file("long", change({ package: { name: "x".repeat(300) } }));
    await truncate(await scratch.file("huge", ""), 20 * 1024 * 1024);
    await execa("mkfifo", [scratch.path("pipe")]);
    await mkdir(scratch.path("directory"));
    await symlink("/dev/zero", scratch.path("endless"));
    const names = [
      "empty",
      "truncated",
      "foreign",
      "later",
      "types",
      "nul",
      "long",
      "huge",
      "pipe",
      "directory",
      "endless",
      "none",
    ];
    const { status, stdout, stderr } = await merge(scratch, ...names, "good");
    const lines = stderr.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/^loupe: /, ""))).toEqual([
      expect.stringMatching(/^empty: not JSON: /),
      expect.stringMatching(/^truncated: not JSON: /),
      'foreign: schema is not "loupe-manifest/1"; this is no manifest',
      "later: schema is loupe-manifest/2, this version reads loupe-manifest/1; use a newer Loupe",
      expect.stringMatching(/^types: \.outcome: /),
      'nul: feature "op\\u0000en" has a character that cannot be stored (NUL or half of a pair)',
      expect.stringMatching(/^long: package "x+"\.\.\. has 300 bytes; at most 255 can be stored$/),
      expect.stringMatching(/^huge: 20971520 bytes; a manifest has at most /),
      expect.stringMatching(/^pipe: not a regular file/),
      "directory: there is no manifest (*.loupe.json) in this directory",
      expect.stringMatching(/^endless: not a regular file/),
      expect.stringMatching(/^none: cannot be read: no such file or directory/),
      "usage.db: 1 merged, 0 were there, 12 refused",
    ]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    await expectSound(scratch, 1);
  });

  it("takes directories with all that is below them, and a manifest once", async () => {
    const scratch = await openScratch();
    await mkdir(scratch.path("builds/amd64"), { recursive: true });
    await scratch.file("builds/amd64/prog_1.0-1_amd64.loupe.json", EXAMPLE);
    await scratch.file("builds/again.loupe.json", EXAMPLE);
    await scratch.file("builds/amd64/build.log", "no manifest");
    await symlink("..", scratch.path("builds/amd64/circle"));
    expect((await merge(scratch, "builds")).stderr).toBe("loupe: usage.db: 1 merged, 1 were there, 0 refused\n");
    expect(await merge(scratch, "builds")).toEqual({
      status: 0,
      stdout: "",
      stderr: "loupe: usage.db: 0 merged, 2 were there, 0 refused\n",
    });
  });

  it("waits for another program, and says so after 10 seconds", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    await scratch.file("other", serializeManifest(generateManifest(1, 5)));
    const other = new DatabaseSync(scratch.path("usage.db"));
    other.exec("begin immediate");
    expect(await loupe(scratch, ["usage", "--db", "usage.db", "prog"])).toMatchObject({ status: 0 });
    await expectRefusal(
      await merge(scratch, "other"),
      3,
      /^loupe: usage\.db is locked: another program has been writing/,
    );
    const waiting = merge(scratch, "other");
    await setTimeout(1000);
    other.exec("commit");
    other.close();
    expect((await waiting).stderr).toBe("loupe: usage.db: 1 merged, 0 were there, 0 refused\n");
  });

  it("says that there is no space left, keeps what was merged, and goes on when there is some", async () => {
    const scratch = await openScratch();
    await writeMany(scratch, 40);
    const limited = await loupe(scratch, ["db", "merge", "--db", "usage.db", "many"], {
      wrapper: ["sh", "-c", 'ulimit -f 600; exec "$@"', "sh"],
    });
    await expectRefusal(
      limited,
      3,
      /^loupe: usage\.db: (no space left|reading or writing failed, maybe for lack of space)/,
    );
    const { stderr } = await merge(scratch, "many");
    expect(stderr).toMatch(/^loupe: usage\.db: \d+ merged, \d+ were there, 0 refused\n$/);
    await expectSound(scratch, 40);
  });

  it.runIf(process.getuid?.() === 0)("says so on a full file system, too", async () => {
    const scratch = await openScratch();
    await writeMany(scratch, 40);
    await mkdir(scratch.path("small"));
    const script = 'mount -t tmpfs -o size=400k none small && exec "$@"';
    const full = await loupe(scratch, ["db", "merge", "--db", "small/usage.db", "many"], {
      wrapper: ["unshare", "--mount", "sh", "-c", script, "sh"],
    });
    await expectRefusal(full, 3, /^loupe: small\/usage\.db: no space left/);
  });
});

describe("the option --db", () => {
  async function usage(scratch: Scratch, db: string): Promise<Outcome> {
    return loupe(scratch, ["usage", "--db", db, "prog"]);
  }

  it("has to be there, or in the environment", async () => {
    const scratch = await openScratch();
    await expectRefusal(
      await loupe(scratch, ["usage", "prog"]),
      2,
      /^loupe: required option '--db <file\|url>' not specified/,
    );
    await scratch.file("good", EXAMPLE);
    const environment = { LOUPE_DB: scratch.path("usage.db") };
    expect(await loupe(scratch, ["db", "merge", "good"], { environment })).toMatchObject({ status: 0 });
  });

  it("is not made by who only reads", async () => {
    const scratch = await openScratch();
    await expectRefusal(await usage(scratch, "none.db"), 2, /^loupe: none\.db: no such database; "loupe db merge/);
    expect(await readdir(scratch.directory)).toEqual([]);
    await scratch.file("empty.db", "");
    await expectRefusal(await usage(scratch, "empty.db"), 2, /^loupe: empty\.db: nothing has been merged into this/);
  });

  it("is not somebody else's file, and nothing is changed there", async () => {
    const scratch = await openScratch();
    const text = await scratch.file("text", "not a database ".repeat(100));
    await scratch.file("good", EXAMPLE);
    new DatabaseSync(scratch.path("foreign.db")).exec("create table songs (title text)");
    const before = await readFile(scratch.path("foreign.db"));
    for (const command of [
      ["usage", "prog"],
      ["db", "merge", "good"],
    ]) {
      const on = (db: string): Promise<Outcome> => loupe(scratch, [...command, "--db", db]);
      await expectRefusal(await on(text), 2, /^loupe: \S+text is no SQLite database; name another file\n$/);
      await expectRefusal(await on("foreign.db"), 2, /^loupe: foreign\.db is an SQLite database, but not one of Loupe/);
      await expectRefusal(await on("."), 2, /^loupe: \.: not a regular file/);
      await expectRefusal(
        await on("mysql://host/db"),
        2,
        /^loupe: --db mysql:\/\/host\/db: give the path of an SQLite/,
      );
    }
    expect(await readFile(scratch.path("foreign.db"))).toEqual(before);
  });

  it("is not one of a later version, and not a damaged one", async () => {
    const scratch = await openScratch();
    await writeMany(scratch, 20);
    await merge(scratch, "many");
    await copyFile(scratch.path("usage.db"), scratch.path("damaged.db"));
    const later = new DatabaseSync(scratch.path("usage.db"));
    later.exec("insert into loupe_migrations values (99, 'moons')");
    later.close();
    const message =
      /^loupe: usage\.db was written by a later version \(its schema has step 99, "moons"; .*\); use a newer Loupe\n$/;
    await expectRefusal(await usage(scratch, "usage.db"), 2, message);
    await expectRefusal(await merge(scratch, "many"), 2, message);
    const file = await open(scratch.path("damaged.db"), "r+");
    await file.write(Buffer.alloc(200 * 1024, 0x5a), 0, undefined, 100 * 1024);
    await file.close();
    await expectRefusal(
      await loupe(scratch, ["db", "export", "--db", "damaged.db", "manifests", "--output", "out"]),
      3,
      /^loupe: damaged\.db is damaged/,
    );
  });
});

describe("loupe db check", () => {
  it("names what is not as the documents say", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    const database = new DatabaseSync(scratch.path("usage.db"));
    database.exec("update features set verdict = 'any' where name = 'openat'; delete from usage where name = 'write'");
    database.exec("update importance set used_by = 7 where name = 'close'");
    database.close();
    const { status, stderr } = await loupe(scratch, ["db", "check", "--db", "usage.db"]);
    expect(stderr).toMatch(/prog, measurement \w{32}: its rows in the table features are not those of its document\n/);
    expect(stderr).toMatch(/prog 1\.0-1 suite: usage is not what its measurements say\n/);
    expect(stderr).toMatch(/importance of features \(suite\) is not what usage says\n/);
    expect(stderr).toMatch(/usage\.db: 1 measurements checked, 3 problems\n$/);
    expect(status).toBe(1);
  });
});

describe("loupe usage", () => {
  it("knows what it does not know", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    const usage = (...words: readonly string[]): Promise<Outcome> =>
      loupe(scratch, ["usage", "--db", "usage.db", ...words]);
    await expectRefusal(
      await usage("porg"),
      2,
      /^loupe: porg: not measured; nothing is known about it \(did you mean prog\?\)\n$/,
    );
    await expectRefusal(await usage("'; drop table usage; --"), 2, /^loupe: '; drop table usage; --: not measured/);
    await expectRefusal(
      await usage("prog", "--workload", "benchmark"),
      2,
      /^loupe: prog: none of the 1 measurement of it/,
    );
    await expectRefusal(await usage(), 2, /^loupe: which packages\? name them, or give --all\n$/);
    await expectRefusal(await usage("--all", "prog"), 2, /^loupe: name packages, or give --all, not both\n$/);
    const known = await usage("none", "prog", "--json");
    expect(known).toMatchObject({ status: 2, stderr: "loupe: none: not measured; nothing is known about it\n" });
    expect(JSON.parse(known.stdout)).toMatchObject({ packages: [{ package: "prog", measurements: 1 }] });
  });

  it("shows verdicts, and how many measurements say so", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    expect((await loupe(scratch, ["usage", "--db", "usage.db", "prog"])).stdout).toBe(`\
prog 1.0-1 amd64 suite (1 measurement)
feature  verdict   used in  stub works in  fake works in
getsid   required      1/1            0/1            0/1
openat   required      1/1            0/1            0/1
write    fake          1/1            0/1            1/1
close    stub          1/1            1/1            0/1
getppid  any           1/1            1/1            1/1
5 features used: 2 required, 1 fake, 1 stub, 1 any
`);
    expect((await loupe(scratch, ["usage", "--db", "usage.db", "--all"])).stdout).toBe(`\
suite: 1 package
feature  used by  required  fake  stub  any  observed  % required
getsid         1         1     0     0    0         0       100.0
openat         1         1     0     0    0         0       100.0
close          1         0     0     1    0         0         0.0
getppid        1         0     0     0    1         0         0.0
write          1         0     1     0    0         0         0.0
`);
  });
});

describe("loupe db export", () => {
  it("refuses unknown formats, and directories that are not empty", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    const run = (...words: readonly string[]): Promise<Outcome> =>
      loupe(scratch, ["db", "export", "--db", "usage.db", ...words]);
    await expectRefusal(
      await run("xml"),
      2,
      /^loupe: "xml" is no format; choose from csv, json, manifests, loupedb\n$/,
    );
    await expectRefusal(await run("loupedb"), 2, /^loupe: loupedb is a directory of files: give --output DIRECTORY\n$/);
    await expectRefusal(await run("manifests", "--output", "."), 2, /^loupe: \. is not empty/);
    await expectRefusal(
      await run("csv", "--output", "none/x.csv"),
      3,
      /^loupe: cannot write none\/x\.csv: no such file or directory/,
    );
  });

  it("writes manifests byte by byte, CSV and JSON", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await merge(scratch, "good");
    const run = (...words: readonly string[]): Promise<Outcome> =>
      loupe(scratch, ["db", "export", "--db", "usage.db", ...words]);
    expect(await run("manifests", "--output", "out")).toMatchObject({ status: 0, stderr: "loupe: out: 1 manifests\n" });
    const [name = ""] = await readdir(scratch.path("out"));
    expect(name).toMatch(/^prog_1\.0-1_amd64_[0-9a-f]{32}\.loupe\.json$/);
    expect(await readFile(scratch.path(`out/${name}`), "utf8")).toBe(EXAMPLE);
    await run("csv", "--output", "usage.csv");
    expect(await readFile(scratch.path("usage.csv"), "utf8")).toContain(
      "\nprog,debian,1.0-1,amd64,suite,true,syscall,write,1,fake,1,1,1,0,1\n",
    );
    expect(JSON.parse((await run("json")).stdout)).toMatchObject({
      schema: "loupe-usage/1",
      packages: [{ package: "prog" }],
    });
  });
});
