// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, it } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import type { FeatureUser } from "../../src/database/pages.js";
import type { Store } from "../../src/database/store.js";
import type { ManifestPackage } from "../../src/manifest/schema.js";
import { type Databases, describeEngines } from "../database/support/engines.js";
import { exampleManifest } from "../manifest/example.js";
import { exchange } from "./support/raw.js";
import { ask, startServer, type TestServer } from "./support/server.js";

const GENERATED = 7;

async function openServer({ createDatabase, reopen }: Databases): Promise<{ server: TestServer; store: Store }> {
  const location = await createDatabase();
  const store = await reopen(location);
  await store.mergeManifest(exampleManifest());
  const older: ManifestPackage = { source: "prog", version: "0.9-1", architecture: "arm64", binaries: [] };
  await store.mergeManifest(exampleManifest({ package: older }));
  await store.mergeManifest(exampleManifest({ package: { name: "100%_sure" } }));
  for (let index = 0; index < GENERATED; index++) {
    await store.mergeManifest(generateManifest(index, 6));
  }
  return { server: await startServer(location, { readOnly: true }), store };
}

/** All pages together. */
async function askAll(server: TestServer, path: string, list: string): Promise<{ pages: number; entries: unknown[] }> {
  const entries: unknown[] = [];
  let [pages, next]: [number, string | null] = [0, null];
  do {
    const after: string = next === null ? "" : `&after=${encodeURIComponent(next)}`;
    const reply = (await ask(server, `${path}${after}`)).json as Record<string, unknown[]> & { next: string | null };
    entries.push(...(reply[list] ?? []));
    next = reply.next;
    pages++;
  } while (next !== null);
  return { pages, entries };
}

describeEngines("reading from a server", (databases) => {
  it("lists packages in pages", async () => {
    const { server, store } = await openServer(databases);
    const { pages, entries } = await askAll(server, "packages?limit=2", "packages");
    expect(entries).toEqual(await store.listPackages());
    expect(pages).toBe(Math.ceil((GENERATED + 2) / 2));
  });

  it("tells the measurements of a package, all or some", async () => {
    const { server, store } = await openServer(databases);
    const all = await askAll(server, "packages/prog/measurements?limit=1", "measurements");
    const stored = (await store.listMeasurements({ package: "prog" })).map(({ measurement }) => measurement);
    expect(all.entries.map((entry) => (entry as { measurement: string }).measurement)).toEqual([...stored].sort());
    const some = await ask(server, "packages/prog/measurements?version=0.9-1&architecture=arm64&outcome=analyzed");
    expect(some.json).toMatchObject({
      next: null,
      measurements: [{ version: "0.9-1", command: "make check", replicas: 3 }],
    });
    expect((await ask(server, "packages/prog/measurements?version=0.9-1&outcome=timeout")).status).toBe(404);
    const [measurement] = stored;
    const manifest = await ask(server, `measurements/${measurement}/manifest`);
    expect(manifest.text).toBe(await store.readDocument(measurement ?? ""));
    expect((await ask(server, `measurements/${"0".repeat(32)}/manifest`)).status).toBe(404);
  });

  it("tells what a package needs, as loupe usage does", async () => {
    const { server, store } = await openServer(databases);
    expect((await ask(server, "packages/prog/usage")).json).toEqual({
      packages: await store.readPackages({ packages: ["prog"] }),
    });
    expect((await ask(server, "packages/prog/usage?version=0.9-1")).json).toMatchObject({
      packages: [{ version: "0.9-1", features: [{ name: "close" }, {}, {}, {}, {}] }],
    });
    expect((await ask(server, "packages/100%25_sure/usage")).json).toMatchObject({ packages: [{ origin: "program" }] });
    expect(await ask(server, "packages/none/usage")).toMatchObject({ status: 404 });
    expect((await ask(server, "packages/prog/usage?version=all")).status).toBe(400);
  });

  it("tells who uses a feature, among some packages at a time", async () => {
    const { server, store } = await openServer(databases);
    const usage = (await store.readUsage()).filter(({ name }) => name === "openat");
    const { pages, entries } = await askAll(server, "features/users?name=openat&limit=2", "users");
    expect(entries.map((user) => (user as FeatureUser).package)).toEqual(usage.map((row) => row.package));
    expect(pages).toBe(Math.ceil((GENERATED + 2) / 2));
    const stubs = await askAll(server, "features/users?name=close&verdict=stub&workload=suite", "users");
    expect(stubs.entries).toContainEqual({
      package: "prog",
      origin: "debian",
      version: "1.0-1",
      architecture: "amd64",
      workload: "suite",
      verdict: "stub",
      measurements: 1,
      usedIn: 1,
      judgedIn: 1,
    });
    expect((await askAll(server, "features/users?kind=pseudo-file&name=/proc/self/maps", "users")).entries).toEqual([]);
  });

  it("tells the importance of features", async () => {
    const { server, store } = await openServer(databases);
    expect((await ask(server, "importance")).json).toEqual({
      workload: "suite",
      packages: GENERATED + 2,
      features: await store.readImportance("suite"),
    });
    expect((await ask(server, "importance?workload=benchmark")).json).toMatchObject({ packages: 0, features: [] });
  });

  it("searches for a text, in which nothing has a meaning of its own", async () => {
    const { server } = await openServer(databases);
    const search = async (text: string): Promise<unknown> =>
      (await ask(server, `search?text=${encodeURIComponent(text)}`)).json;
    expect(await search("PROG")).toMatchObject({ packages: ["prog"] });
    expect(await search("getp")).toMatchObject({
      features: expect.arrayContaining([{ kind: "syscall", name: "getppid" }]),
    });
    expect(await search("%_")).toEqual({ packages: ["100%_sure"], features: [] });
    for (const text of ["g_t", "\\", "' or 1=1 --", "ünï", "%"]) {
      expect(await search(text), text).toMatchObject({ packages: text === "%" ? ["100%_sure"] : [] });
    }
  });

  it("refuses what nobody can ask", async () => {
    const { server } = await openServer(databases);
    const refused: readonly (readonly [path: string, status: number])[] = [
      ["packages?limit=0", 400],
      ["packages?limit=1e9", 400],
      ["packages?after=%00", 400],
      ["packages?after=a&after=b", 400],
      ["packages/%00/usage", 400],
      [`packages/${"x".repeat(1025)}/usage`, 400],
      ["packages/..%2f..%2fetc%2fpasswd/usage", 404],
      ["packages/'%20or%201=1%20--/usage", 404],
      ["packages/%ff/usage", 400],
      ["measurements/../manifest", 404],
      ["measurements/xyz/manifest", 400],
      ["importance?workload=dream", 400],
      ["features/users", 400],
      ["features/users?name=read&kind=moon", 400],
      [`search?text=${"x".repeat(101)}`, 400],
      ["search?text=", 400],
      ["none", 404],
    ];
    for (const [path, status] of refused) {
      const reply = await ask(server, path);
      expect([path, reply.status, reply.json]).toEqual([path, status, { error: expect.any(String) }]);
    }
    expect((await fetch(`${server.url}/api/v1/packages`, { method: "DELETE" })).status).toBe(404);
    expect(server.troubles).toEqual([]);
  });

  it("tells caches and browsers what they may do", async () => {
    const { server, store } = await openServer(databases);
    const first = await ask(server, "packages");
    const etag = first.headers.get("etag") ?? "";
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "cache-control": "public, max-age=60",
      "content-type": "application/json; charset=utf-8",
    });
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      expect(await ask(server, "packages", { "if-none-match": known })).toMatchObject({ status: 304, text: "" });
    }
    await store.mergeManifest(exampleManifest({ package: { name: "another" } }));
    const later = await ask(server, "packages", { "if-none-match": etag });
    expect(later.status).toBe(200);
    expect(later.headers.get("etag")).not.toBe(etag);
    const missing = await ask(server, "packages/none/usage", { "if-none-match": "*" });
    expect([missing.status, missing.headers.get("cache-control")]).toEqual([404, "no-store"]);
    const { text } = await exchange(server.url, [
      "HEAD /api/v1/packages HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\n$/);
  });
});
