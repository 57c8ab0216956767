// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is submitted: it is merged as loupe db merge would, or refused with a sentence and nothing is changed.
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import { checkDatabase } from "../../src/database/check.js";
import type { Store } from "../../src/database/store.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { dump } from "../database/support/dump.js";
import { type Databases, describeEngines } from "../database/support/engines.js";
import { exampleManifest } from "../manifest/example.js";
import { exchange } from "./support/raw.js";
import { ask, type ServerChanges, startServer, submit, type TestServer } from "./support/server.js";

const EXAMPLE = serializeManifest(exampleManifest());
const MEBIBYTE = 1024 * 1024;

/** A manifest with something else in it. */
function changed(changes: object): string {
  return JSON.stringify({ ...exampleManifest(), ...changes });
}

function named(source: string, version = "1.0-1", architecture = "amd64"): string {
  return changed({ package: { source, version, architecture, binaries: [] } });
}

/** A manifest with one feature of this kind and name. */
function using(kind: string, name: string, path = "src/prog"): string {
  const [feature] = exampleManifest().features;
  return changed({
    features: [{ ...feature, kind, name, executables: [path] }],
    confirmation: { stubbed: [], faked: [], replicas: 1, passed: true },
    conflicts: [],
  });
}

function withSources(syscall: string): string {
  const sources = { files: 1, filesWithErrors: 0, syscalls: [syscall], computed: 0, results: [] };
  return changed({ sources });
}

function withImpacts(): string {
  const impact = { treatment: "fake", metric: "descriptors", ratio: 1, pValue: 1 };
  return changed({ features: exampleManifest().features.map((entry) => ({ ...entry, impact: [impact, impact] })) });
}

function nested(depth: number): string {
  return `{"schema":"loupe-manifest/1","package":${'{"source":'.repeat(depth)}1${"}".repeat(depth)}}`;
}

/** What is sent, the status that it gets, and words of the sentence. */
type Hostile = readonly [what: string, body: string | Uint8Array, status: number, sentence: RegExp];

const HOSTILE: readonly Hostile[] = [
  ["nothing", "", 422, /not JSON/],
  ["a truncated manifest", EXAMPLE.slice(0, EXAMPLE.length / 2), 422, /not JSON/],
  ["something foreign", '{"name": "left-pad", "version": "1.0.0"}', 422, /this is no manifest/],
  ["null", "null", 422, /this is no manifest/],
  ["a list", `[${EXAMPLE}]`, 422, /this is no manifest/],
  ["a later schema", changed({ schema: "loupe-manifest/2" }), 422, /loupe-manifest\/2, .*use a newer Loupe/],
  ["wrong types", changed({ outcome: 7 }), 422, /\.outcome: /],
  ["what it does not have", changed({ malice: true }), 422, /malice/],
  ["parts that contradict each other", changed({ conflicts: [["read", "write"]] }), 422, /not among the features/],
  [
    "an executable twice",
    changed({ executables: [...exampleManifest().executables, ...exampleManifest().executables] }),
    422,
    /executable src\/prog is there twice/,
  ],
  ["an impact twice", withImpacts(), 422, /impact syscall write fake descriptors is there twice/],
  ["a prototype", `{"__proto__":{"admin":true},${EXAMPLE.slice(1)}`, 422, /__proto__/],
  ["a key twice", `{"outcome":"observed",${EXAMPLE.slice(1)}`, 422, /the key "outcome" is there twice/],
  [
    "a key twice in another spelling",
    `{"outcom\\u0065":"observed",${EXAMPLE.slice(1)}`,
    422,
    /"outcome" is there twice/,
  ],
  ["objects in each other", nested(100_000), 422, /\.package/],
  ["lists in each other", "[".repeat(2 * MEBIBYTE) + "]".repeat(2 * MEBIBYTE - 1), 422, /not JSON/],
  ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 422, /not UTF-8/],
  ["a NUL", `${EXAMPLE}\0`, 422, /not JSON/],
  ["a name with a NUL", named("pro\0g"), 422, /source package "pro\\u0000g"/],
  ["a feature with a NUL", using("syscall", "op\0en"), 422, /syscall "op\\u0000en"/],
  ["half of a pair in a name", named("prog\ud800"), 422, /source package/],
  ["SQL in a name", named("'; drop table usage; --"), 422, /source package/],
  ["SQL in a version", named("prog", "1' or '1'='1"), 422, /version/],
  ["SQL in what the source says", withSources("read'; drop table source_results; --"), 422, /syscall/],
  ["SQL in a feature", using("syscall", "read'; delete from features; --"), 422, /syscall/],
  ["a path in a name", named("../../../etc/passwd"), 422, /source package/],
  ["a path in a version", named("prog", "1/../../x"), 422, /version/],
  ["a path in an architecture", named("prog", "1", "../amd64"), 422, /architecture/],
  ["a path in the name of a program", changed({ package: { name: "../prog" } }), 422, /name of a program/],
  ["a name that is none", changed({ package: { name: ".." } }), 422, /name of a program/],
  ["a way up in an executable", using("syscall", "read", "../../bin/sh"), 422, /executable/],
  ["a way up in a pseudo-file", using("pseudo-file", "/proc/../etc/shadow"), 422, /pseudo-file/],
  ["what is no pseudo-file", using("pseudo-file", "/etc/shadow"), 422, /pseudo-file/],
  ["colours for a terminal", using("syscall", "\u001b[31mread"), 422, /syscall/],
  ["a name of 300 letters", named("x".repeat(300)), 422, /300 bytes/],
  ["more than a manifest has", `"${"x".repeat(5 * MEBIBYTE)}"`, 413, /too large/],
];

/** Starts a server over a database that has something, and tells whether that is as it was. */
async function openServer(
  { createDatabase, reopen }: Databases,
  changes: ServerChanges = {},
): Promise<{ server: TestServer; store: Store; expectUnchanged: () => Promise<void> }> {
  const location = await createDatabase();
  const store = await reopen(location);
  await store.mergeManifest(generateManifest(1, 10));
  const before = await dump(store);
  const server = await startServer(location, changes);
  return { server, store, expectUnchanged: async () => expect(await dump(store)).toEqual(before) };
}

describeEngines("submitting to a server", (databases) => {
  it("merges a manifest once, and gives it back byte for byte", async () => {
    const { server, store } = await openServer(databases);
    const first = await submit(server, EXAMPLE);
    expect(first).toMatchObject({ status: 201, reply: { result: "added" } });
    expect(await submit(server, EXAMPLE)).toEqual({ status: 200, reply: { ...first.reply, result: "unchanged" } });
    // Another spelling of the same manifest.
    expect(await submit(server, JSON.stringify(exampleManifest()))).toMatchObject({ status: 200 });
    const manifest = await ask(server, `measurements/${first.reply.measurement}/manifest`);
    expect(manifest.text).toBe(EXAMPLE);
    expect(manifest.headers.get("cache-control")).toContain("immutable");
    expect(await checkDatabase(store, (problem) => expect.fail(problem))).toEqual({ measurements: 2, problems: 0 });
  });

  it("merges what comes at the same time", async () => {
    const { server, store } = await openServer(databases);
    const manifests = Array.from({ length: 12 }, (_, index) =>
      serializeManifest(generateManifest(10 + (index % 6), 8)),
    );
    const results = await Promise.all(manifests.map((text) => submit(server, text)));
    expect(results.map(({ status }) => status).sort()).toEqual([...Array(6).fill(200), ...Array(6).fill(201)]);
    expect(await checkDatabase(store, (problem) => expect.fail(problem))).toEqual({ measurements: 7, problems: 0 });
  });

  it("refuses what is no manifest, or names what cannot be, and changes nothing", async () => {
    const { server, expectUnchanged } = await openServer(databases);
    for (const [what, body, status, sentence] of HOSTILE) {
      const refused = await submit(server, body);
      expect(refused, what).toMatchObject({ status, reply: { error: expect.stringMatching(sentence) } });
    }
    await expectUnchanged();
    expect(server.troubles).toEqual([]);
    expect((await submit(server, EXAMPLE)).status).toBe(201);
  });

  it("refuses who has no token, and another form than JSON", async () => {
    const { server, expectUnchanged } = await openServer(databases);
    const headers = { authorization: "" };
    expect((await submit(server, EXAMPLE, headers)).status).toBe(401);
    for (const authorization of [
      "Bearer",
      "Bearer loupe_wrong",
      "Basic dGVzdGVyOng=",
      `Bearer ${server.token}x`,
      "tester",
    ]) {
      const refused = await submit(server, EXAMPLE, { authorization });
      expect(refused, authorization).toMatchObject({ status: 401, reply: { error: expect.stringContaining("token") } });
    }
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json-seq",
      "multipart/form-data",
    ]) {
      expect((await submit(server, EXAMPLE, { "content-type": type })).status, type).toBe(415);
    }
    // What would be 100 MB is never unpacked.
    const bomb = gzipSync(Buffer.alloc(100 * MEBIBYTE, 0x20));
    expect((await submit(server, bomb, { "content-encoding": "gzip" })).status).toBe(415);
    expect((await submit(server, bomb)).status).toBe(422);
    await expectUnchanged();
    expect(server.access.join("\n")).not.toContain(server.token);
  });

  it("takes nothing where nobody may submit", async () => {
    const { server, expectUnchanged } = await openServer(databases, { readOnly: true });
    expect(await submit(server, EXAMPLE)).toMatchObject({
      status: 403,
      reply: { error: "this server takes no manifests" },
    });
    await expectUnchanged();
    expect((await ask(server, "health")).json).toMatchObject({ submissions: false });
  });

  it("stops reading what is too large or never ends", async () => {
    const { server, expectUnchanged } = await openServer(databases, { limits: { largestManifestBytes: 64 * 1024 } });
    const head = `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.token}\r\ncontent-type: application/json\r\n`;
    const announced = await exchange(server.url, [`${head}content-length: ${100 * MEBIBYTE}\r\n\r\n`, "x"]);
    expect(announced).toMatchObject({ closed: true, text: expect.stringMatching(/^HTTP\/1\.1 413 /) });
    let sent = 0;
    function* endless(): Generator<string> {
      yield `${head}transfer-encoding: chunked\r\n\r\n`;
      for (; sent < 100 * MEBIBYTE; sent += 16 * 1024) {
        yield `4000\r\n${" ".repeat(16 * 1024)}\r\n`;
      }
    }
    const chunked = await exchange(server.url, endless());
    expect(chunked.closed).toBe(true);
    expect(sent).toBeLessThan(20 * MEBIBYTE);
    // Who has no token is not even listened to.
    const stranger = await exchange(server.url, [
      `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
    ]);
    expect(stranger).toMatchObject({ closed: true, text: expect.stringMatching(/^HTTP\/1\.1 401 /) });
    await expectUnchanged();
  });

  it("answers each of many requests of one connection, and no more than there are", async () => {
    const { server, store } = await openServer(databases);
    const post = (body: string, token: string): string =>
      `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const get = "GET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n";
    const last = "GET /api/v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const { text } = await exchange(server.url, [
      get + post(EXAMPLE, server.token) + post("{}", server.token) + post(EXAMPLE, server.token) + last,
    ]);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(["200", "201", "422", "200", "200"]);
    // A body that contradicts its length is another request for whoever counts otherwise.
    const smuggled = await exchange(server.url, [
      `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${post(EXAMPLE, server.token)}`,
    ]);
    expect(smuggled).toMatchObject({ closed: true, text: expect.stringMatching(/^HTTP\/1\.1 400 /) });
    expect([...smuggled.text.matchAll(/HTTP\/1\.1/g)]).toHaveLength(1);
    expect(await store.listMeasurements()).toHaveLength(2);
  });

  it("knows what a program without a package and an observed run are", async () => {
    const { server } = await openServer(databases);
    const { confirmation, search, ...rest } = exampleManifest({ package: { name: "prog" }, outcome: "observed" });
    expect([confirmation, search]).not.toContain(undefined);
    const features = rest.features.map(({ verdict, stub, fake, ...feature }) => feature);
    const observed: Manifest = { ...rest, features, conflicts: [] };
    expect((await submit(server, serializeManifest(observed))).status).toBe(201);
  });
});
