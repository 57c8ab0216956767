// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { exportLoupedb } from "../../../src/database/loupedb/export-loupedb.js";
import { formatIrregularity, type LoupedbRun } from "../../../src/database/loupedb/format.js";
import { importLoupedb } from "../../../src/database/loupedb/import-loupedb.js";
import { describeLoupedbRun } from "../../../src/database/loupedb/loupedb-measurement.js";
import { openDatabase } from "../../../src/database/open-database.js";
import type { Store } from "../../../src/database/store.js";
import { exampleManifest } from "../../manifest/example.js";
import { clear, dump } from "../support/dump.js";

const HEADER = "# syscall, used, works faked, works stubbed, works both";

async function openStore(): Promise<Store> {
  const store = await openDatabase(":memory:");
  onTestFinished(() => store.close());
  return store;
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "loupedb-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** The rows of a table in which some calls are not unused. */
function table(used: Readonly<Record<number, string>>, unused = "N,N,N,N"): string[] {
  return Array.from({ length: 335 }, (_, number) => `${number},${used[number] ?? unused}`);
}

interface Imported {
  readonly said: readonly string[];
  readonly verdicts: Readonly<Record<string, string | null>>;
  readonly store: Store;
  readonly directory: string;
}

/** Imports a directory with these files, and gives what was said (without the directory) and the verdicts of "app". */
async function importFiles(files: Readonly<Record<string, string>>): Promise<Imported> {
  const directory = await makeDirectory();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const store = await openStore();
  return { ...(await importInto(store, directory)), store, directory };
}

async function importInto(store: Store, directory: string): Promise<Pick<Imported, "said" | "verdicts">> {
  const said: string[] = [];
  const say = (sentence: string): number => said.push(sentence.replaceAll(`${directory}/`, ""));
  const counts = await importLoupedb(store, directory, {
    irregularity: (found) => say(formatIrregularity(found)),
    refused: say,
  });
  said.push(`${counts.added} added, ${counts.refused} refused`);
  const usage = await store.readUsage({ packages: ["app"] });
  return { said, verdicts: Object.fromEntries(usage.map(({ name, verdict }) => [name, verdict])) };
}

const RUN = "app/benchmark-load/0123";

function dynamic(...lines: readonly string[]): Readonly<Record<string, string>> {
  return { [`${RUN}/cmd.txt`]: "loupe generate\n", [`${RUN}/data/dyn.csv`]: `${lines.join("\n")}\n` };
}

describe("importing a loupedb database", () => {
  it("reads both styles of columns in their true meaning", async () => {
    const used = { 0: "Y,N,N,N", 1: "Y,Y,N,N", 2: "Y,N,Y,N", 3: "Y,N,N,Y", 4: "Y,Y,Y,Y" };
    const { said, verdicts } = await importFiles(dynamic(HEADER, ...table(used)));
    expect(verdicts).toEqual({ read: "required", write: "fake", open: "stub", close: "any", stat: "any" });
    expect(said).toEqual(["1 added, 0 refused"]);
  });

  it("goes by the header when the columns are in another order", async () => {
    const header = "# syscall, used, works stubbed, works faked, works both";
    const { verdicts } = await importFiles(dynamic(header, ...table({ 0: "Y,Y,N,N", 1: "Y,N,Y,N" })));
    expect(verdicts).toEqual({ read: "stub", write: "fake" });
  });

  it("names each irregularity by file and line, with what it is taken for", async () => {
    const lines = table({ 0: "Y,N,N,N", 1: "Y,N,N,N", 5: "N,Y,N,N", 6: "Y,Y,Y,N", 7: "Y,Y,N,Y", 8: "y,n,N,N" });
    const text = [...lines.slice(0, 3), "", ...lines.slice(3, 330), "1,Y,Y,N,N", "335,N,N,N,N", "400,Y,N,N,N"];
    const { said, verdicts } = await importFiles(dynamic(...text));
    const file = `${RUN}/data/dyn.csv`;
    expect(said).toEqual([
      `${file}:1: no header: columns taken as "syscall, used, works faked, works stubbed, works both"`,
      `${file}:4: blank line: skipped`,
      `${file}:10: "y" in small letters: taken as Y`,
      `${file}:10: "n" in small letters: taken as N`,
      `${file}:332: number 1 again, after line 2: taken together, conservatively`,
      `${file}: 5 numbers are missing, taken as unused: 330, 331, 332, 333, 334`,
      `${file}:7: 5 is unused and yet said to work: taken as unused`,
      `${file}:8: works faked and stubbed, but not both: taken as both`,
      `${file}:9: works both ways, but only one of them: taken as both`,
      `${file}:334: x86-64 has no system call 400: kept without a name`,
      "1 added, 0 refused",
    ]);
    expect(verdicts).toEqual({
      lstat: "any",
      lseek: "required",
      poll: "any",
      read: "required",
      syscall_0x190: "required",
      write: "required",
    });
  });

  it("refuses what cannot be understood, by file and line, and imports the other runs", async () => {
    const good = [HEADER, ...table({ 0: "Y,N,N,N" })].join("\n");
    const rows = table({});
    const bad: Readonly<Record<string, readonly [string, string]>> = {
      a: [`${HEADER}\n${rows[0]}\n1,Y,N,maybe,N`, ':3: "maybe" is neither Y nor N'],
      b: [`${HEADER}\n${rows[0]}\n1,Y,N`, ":3: 3 columns in place of 5"],
      c: [`${HEADER}\nread,Y,N,N,N`, ':2: "read" is no number of a system call'],
      d: ["# syscall, used, works, fails, both\n0,Y,N,N,N", ':1: the columns are not "syscall, used, works faked'],
      e: [`${HEADER}\n`, ":1: there is no row"],
      f: [`${HEADER}\n99999999999999999999,Y,N,N,N`, ':2: "99999999999999999999" is no number'],
      g: ["\u007fELF\0\0", ':1: "\u007fELF'],
    };
    const files = Object.entries(bad).map(([name, [text]]) => [`app/suite/${name}/data/dyn.csv`, text]);
    const { said } = await importFiles({ ...Object.fromEntries(files), "app/suite/z/data/dyn.csv": good });
    for (const [name, [, words]] of Object.entries(bad)) {
      expect(said.filter((sentence) => sentence.startsWith(`app/suite/${name}/data/dyn.csv${words}`))).toHaveLength(1);
    }
    expect(said.at(-1)).toBe("1 added, 7 refused");
  });

  it("follows no link, waits for no pipe, reads nothing huge, and says what is not part of the format", async () => {
    const { store, directory } = await importFiles({
      ...dynamic(HEADER, ...table({ 0: "Y,N,N,N" })),
      "app/notes/1/data/dyn.csv": "",
      [`${RUN}/core`]: "",
      [`${RUN}/data/plot.csv`]: "",
      "app/suite/empty/cmd.txt": "",
      "app/suite/huge/data/dyn.csv": "",
      "app/suite/link/data/x": "",
    });
    await truncate(join(directory, "app/suite/huge/data/dyn.csv"), 2 * 1024 * 1024);
    await symlink("/dev/zero", join(directory, "app/suite/link/data/dyn.csv"));
    await symlink("/", join(directory, "app/suite/root"));
    await clear(store);
    const { said } = await importInto(store, directory);
    const has = (pattern: RegExp): void => expect(said.filter((sentence) => pattern.test(sentence))).toHaveLength(1);
    has(/^app\/notes: neither benchmark-NAME nor suite nor suite-NAME: skipped$/);
    has(/^app\/benchmark-load\/0123\/core: not part of the format: skipped$/);
    has(/^app\/benchmark-load\/0123\/data\/plot\.csv: not part of the format: skipped$/);
    has(/^app\/suite\/empty: there is no data\/dyn\.csv, and no static data$/);
    has(/^app\/suite\/huge\/data\/dyn\.csv: 2097152 bytes; a file of a loupedb database has at most 1048576$/);
    has(/^app\/suite\/link\/data\/dyn\.csv: too many symbolic links encountered/);
    has(/^app\/suite\/root: a symbolic link: not followed$/);
    expect(said.at(-1)).toBe("1 added, 3 refused");
  });

  it("says that a directory is no such database", async () => {
    const store = await openStore();
    const report = { irregularity: () => {}, refused: () => {} };
    await expect(importLoupedb(store, "/no/such/place", report)).rejects.toThrow(
      /^\/no\/such\/place: cannot be read: no such file or directory/,
    );
    const empty = await makeDirectory();
    await expect(importLoupedb(store, empty, report)).rejects.toThrow(/: no loupedb database: there is no APPLICATION/);
  });
});

describe("exporting a loupedb database", () => {
  it("gives back whatever was imported", async () => {
    const numbers = fc
      .uniqueArray(fc.integer({ min: 0, max: 334 }), { maxLength: 8 })
      .map((list) => list.sort((a, b) => a - b));
    const run: fc.Arbitrary<LoupedbRun> = fc.record({
      application: fc.constantFrom("redis", "lib+c.so"),
      workload: fc.constantFrom(
        { kind: "suite", name: "" },
        { kind: "suite", name: "x" },
        { kind: "benchmark", name: "y" },
      ),
      run: fc.constantFrom("imported", "ff00"),
      command: fc.option(fc.constantFrom("make check", 'a\nb, "c"')),
      dockerfile: fc.option(fc.constant("FROM debian\n")),
      verdicts: numbers.chain((list) =>
        fc.tuple(
          ...list.map((number) =>
            fc.record({ number: fc.constant(number), verdict: fc.constantFrom("required", "stub", "fake", "any") }),
          ),
        ),
      ) as fc.Arbitrary<LoupedbRun["verdicts"]>,
      staticBinary: fc.option(numbers),
      staticSources: fc.option(numbers),
    });
    const [first, second] = [await openStore(), await openStore()];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(run, {
          minLength: 1,
          maxLength: 4,
          selector: (r) => JSON.stringify([r.application, r.workload, r.run]),
        }),
        async (runs) => {
          await Promise.all([clear(first), clear(second)]);
          for (const entry of runs) {
            await first.mergeMeasurement(describeLoupedbRun(entry));
          }
          const directory = await mkdtemp(join(tmpdir(), "loupedb-"));
          try {
            await exportLoupedb(first, directory, (sentence) => expect.fail(sentence));
            await importInto(second, directory);
          } finally {
            await rm(directory, { recursive: true });
          }
          expect(await dump(second)).toEqual(await dump(first));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("writes verdicts of manifests in the newer style, and says what the format cannot hold", async () => {
    const store = await openStore();
    const directory = await makeDirectory();
    const example = exampleManifest();
    const subFeature = {
      ...(example.features[1] as (typeof example.features)[number]),
      kind: "sub-feature" as const,
      name: "openat:O_CREAT",
    };
    await store.mergeManifest({ ...example, features: [...example.features, subFeature] });
    await store.mergeManifest(exampleManifest({ package: { name: "../../evil" } }));
    const said: string[] = [];
    expect(await exportLoupedb(store, directory, (sentence) => said.push(sentence))).toBe(1);
    expect(said).toEqual([
      '"../../evil": cannot be the name of a directory, left out',
      "prog 1.0-1: the format has no sub-features and pseudo-files; 1 are left out",
    ]);
    const [summary] = await store.listMeasurements({ package: "prog" });
    const place = join(directory, "prog/suite", summary?.measurement ?? "");
    const lines = (await readFile(join(place, "data/dyn.csv"), "utf8")).split("\n");
    expect(lines).toHaveLength(337);
    expect(lines[0]).toBe(HEADER);
    expect([1, 3, 110, 124, 257].map((number) => lines[number + 1])).toEqual([
      "1,Y,Y,N,N",
      "3,Y,N,Y,N",
      "110,Y,N,N,Y",
      "124,Y,N,N,N",
      "257,Y,N,N,N",
    ]);
    expect(await readFile(join(place, "cmd.txt"), "utf8")).toBe("make check");
  });
});
