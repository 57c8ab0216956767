// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/database/open-database.js";
import { writeSite } from "../../../src/reports/site/write-site.js";
import { loupe } from "../../cli/loupe.js";
import { exampleManifest } from "../../manifest/example.js";
import { openScratch, type Scratch } from "../../support/scratch.js";
import {
  exampleManifests,
  HOSTILE_NAME,
  makeScratch,
  openExample,
  readTree,
  writeExample,
} from "./support/example-site.js";

let scratch: Awaited<ReturnType<typeof makeScratch>>;

beforeEach(async () => {
  scratch = await makeScratch();
});

afterEach(async () => {
  await scratch.remove();
});

describe("a site", () => {
  it("has a page of each thing, whose links all lead somewhere", async () => {
    const { pages, packages } = await writeExample(scratch.path("site"));
    const files = await readTree(scratch.path("site"));
    const written = [...files.keys()].filter((path) => path.endsWith(".html"));
    expect({ pages, packages }).toEqual({ pages: written.length, packages: 7 });
    expect(written).toEqual(
      expect.arrayContaining([
        ...[
          "index.html",
          "calls/openat.html",
          "packages/z/zlib.html",
          "packages/s/server.html",
          "systems/systemd-basic.html",
        ],
        ...["figures/suite/importance.html", "figures/benchmark/importance.html", "figures/suite/reasons.html"],
      ]),
    );
    for (const path of written) {
      for (const [, link = ""] of (files.get(path) ?? "").matchAll(/ (?:href|src)="([^"#]+)"/g)) {
        const target = new URL(link, `file:///${path}`).pathname.slice(1);
        expect(files.has(target), `${path} links to ${link}`).toBe(true);
      }
    }
  });

  it("has what its database says, and no text that became HTML", async () => {
    await writeExample(scratch.path("site"));
    const files = await readTree(scratch.path("site"));
    expect(files.get("packages/s/server.html")).toMatch(/openat<\/code><\/a><td class="v required">required/);
    expect(files.get("packages/b/broken.html")).toContain(
      "it said &quot;&lt;/pre&gt;&quot; &amp; &lt;b&gt;&#39;bold&#39;",
    );
    expect(files.get("figures/suite/importance.csv")).toMatch(/^syscall,openat,\d/m);
    const reasons = JSON.parse(files.get("figures/suite/reasons.json") ?? "");
    expect(reasons.rows).toContainEqual(expect.objectContaining({ package: "zlib", feature: "openat" }));
    const users = JSON.parse(files.get("calls/openat.json") ?? "");
    expect(users.rows).toContainEqual({ workload: "benchmark", package: "server", version: "2.0-1", verdict: "any" });
    for (const [path, content] of files) {
      if (path.endsWith(".html")) {
        expect(content, path).not.toMatch(/<img|onerror="harm|globalThis\.harm=1<\/script>/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(content, path).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
        expect(content.match(/<script/g), path).toHaveLength(1);
      }
    }
    expect(files.get("assets/search-index.js")).not.toContain(HOSTILE_NAME);
  });

  it("is the same for the same database, in whatever order that was filled", async () => {
    await writeExample(scratch.path("one"));
    const store = await openExample([...(await exampleManifests())].reverse());
    await writeSite(store, {
      ...{ directory: scratch.path("two"), architecture: "amd64", systems: [] },
      signal: new AbortController().signal,
    });
    await store.close();
    await writeExample(scratch.path("three"));
    const [one, two, three] = await Promise.all(["one", "two", "three"].map((name) => readTree(scratch.path(name))));
    expect(three).toEqual(one);
    // Without a system, some pages are not there, and the navigation is another.
    expect(two?.get("figures/suite/comparison.json")).toBe(one?.get("figures/suite/comparison.json"));
    expect(two?.get("calls/openat.csv")).toBe(one?.get("calls/openat.csv"));
    await writeExample(scratch.path("dated"), { date: "2026-01-02" });
    expect((await readTree(scratch.path("dated"))).get("index.html")).toContain(" on 2026-01-02.");
  });
});

describe("the directory of a site", () => {
  it("is replaced as a whole where it is a site, and left alone where it is not", async () => {
    await writeExample(scratch.path("site"));
    await writeFile(scratch.path("site/old.html"), "");
    await writeExample(scratch.path("site"));
    expect(await readdir(scratch.path("site"))).not.toContain("old.html");

    await mkdir(scratch.path("home"));
    await writeFile(scratch.path("home/diary"), "dear");
    await expect(writeExample(scratch.path("home"))).rejects.toThrow(
      /home: a directory with other files in it, not a site/,
    );
    await writeFile(scratch.path("file"), "");
    await expect(writeExample(scratch.path("file"))).rejects.toThrow(/file: not a directory/);
    await expect(writeExample(scratch.path("no/where"))).rejects.toThrow(/no: no such directory; make it/);
    expect((await readTree(scratch.path("home"))).get("diary")).toBe("dear");

    await mkdir(scratch.path("empty"));
    await symlink("empty", scratch.path("link"));
    await writeExample(scratch.path("link"));
    expect(await readdir(scratch.path("empty"))).toContain("index.html");
    expect((await readdir(scratch.path("."))).sort()).toEqual(["empty", "file", "home", "link", "site"]);
  });

  it("is as it was when the work is interrupted", async () => {
    await writeExample(scratch.path("site"), { date: "2026-01-02" });
    const before = await readTree(scratch.path("site"));
    await expect(writeExample(scratch.path("site"), { signal: AbortSignal.abort() })).rejects.toThrow(/^interrupted/);
    expect(await readTree(scratch.path("site"))).toEqual(before);
    expect(await readdir(scratch.path("."))).toEqual(["site"]);
  });

  it("is not made from an empty database", async () => {
    const store = await openExample([]);
    const request = { directory: scratch.path("site"), architecture: "amd64", systems: [] } as const;
    const { signal } = new AbortController();
    await expect(writeSite(store, { ...request, signal })).rejects.toThrow(/there is no measurement in it yet/);
    await store.close();
    expect(await readdir(scratch.path("."))).toEqual([]);
  });
});

describe("loupe report --output", () => {
  async function prepare(): Promise<Scratch> {
    const own = await openScratch();
    const store = await openDatabase(own.path("usage.db"));
    await store.mergeManifest(exampleManifest());
    await store.close();
    return own;
  }

  it("writes a site and says where", async () => {
    const own = await prepare();
    await own.file("small.syscalls", "read\nopenat\n");
    const words = ["report", "--output", "site", "--db", "usage.db", "--os", "small.syscalls"];
    const { status, stdout, stderr } = await loupe(own, words, { environment: { SOURCE_DATE_EPOCH: "86400" } });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toMatch(/^loupe: wrote site: \d+ pages about 1 package; open site\/index\.html$/m);
    const files = await readTree(own.path("site"));
    expect(files.get("index.html")).toContain("on 1970-01-02.");
    expect(files.has("systems/small.html")).toBe(true);
  });

  it.each([
    [["report"], /name a figure \(importance, .*--output/],
    [["report", "outcomes", "--output", "site"], /--output is for the site of all figures/],
    [["report", "--output", "site", "--json"], /are for a single figure/],
    [["report", "--output", ".", "--db", "usage.db"], /a directory with other files in it/],
    [["report", "--output", "site", "--workload", "check"], /no measurement by check/],
    [["report", "--output", "site", "--os", "none.syscalls"], /none\.syscalls/],
  ])("refuses %j with a sentence", async (words, sentence) => {
    const own = await prepare();
    const { status, stdout, stderr } = await loupe(own, words, { environment: { LOUPE_DB: "usage.db" } });
    expect(stderr).toMatch(sentence);
    expect({ status, stdout, left: (await readdir(own.directory)).filter((name) => name.includes("site")) }).toEqual({
      ...{ status: 2, stdout: "", left: [] },
    });
  });

  describe("where this user may not write", () => {
    const asUser = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

    it.each([
      ["into a directory that others have", "shared/site", "shared", 0o555],
      ["into an empty directory of others", "shared/empty", "shared", 0o555],
      ["below a directory that may not be searched", "shared/empty/site", "shared", 0o444],
      ["into a directory that may not be read", "shared/empty", "shared/empty", 0o300],
    ])("names the directory that was given: %s", async (_name, output, closed, mode) => {
      const own = await prepare();
      await mkdir(own.path("shared/empty"), { recursive: true });
      await chmod(own.path(closed), mode);
      const words = ["report", "--output", output, "--db", "usage.db"];
      const { status, stdout, stderr } = await loupe(own, words, { wrapper: asUser });
      await chmod(own.path(closed), 0o755);
      const sentence = `loupe: cannot write ${output}: permission denied; name a new directory below one that this user may write\n`;
      expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: "", stderr: sentence });
      expect(await readdir(own.path("shared"))).toEqual(["empty"]);
    });

    it("names it, too, where a file stands above it, or its name is too long", async () => {
      const own = await prepare();
      const write = async (output: string): Promise<string> =>
        (await loupe(own, ["report", "--output", output, "--db", "usage.db"])).stderr;
      expect(await write("usage.db/site")).toBe("loupe: cannot write usage.db/site: not a directory\n");
      const long = "x".repeat(256);
      expect(await write(long)).toBe(`loupe: cannot write ${long}: name too long\n`);
    });
  });

  it.runIf(process.getuid?.() === 0)("says so on a full file system, and leaves nothing", async () => {
    const own = await prepare();
    await mkdir(own.path("small"));
    const script = 'mount -t tmpfs -o size=100k none small && "$@"; status=$?; ls -A small; exit $status';
    const { status, stdout, stderr } = await loupe(own, ["report", "--output", "small/site", "--db", "usage.db"], {
      wrapper: ["unshare", "--mount", "sh", "-c", script, "sh"],
    });
    expect(stderr).toMatch(/^loupe: cannot write small\/site: no space left/m);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  });
});
