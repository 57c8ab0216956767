// SPDX-License-Identifier: GPL-3.0-or-later
// Nobody takes a server away from the others: not by asking often, not by asking slowly.

import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { addToken } from "../../src/server/tokens.js";
import { exampleManifest } from "../manifest/example.js";
import { exchange } from "./support/raw.js";
import { ask, type ServerChanges, startServer, submit, type TestServer } from "./support/server.js";

const EXAMPLE = serializeManifest(exampleManifest());

async function makeDatabase(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-limits-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "usage.db");
}

async function openServer(changes: ServerChanges): Promise<TestServer> {
  return startServer(await makeDatabase(), changes);
}

async function askOften(server: TestServer, times: number, headers = {}): Promise<readonly number[]> {
  const replies = await Promise.all(Array.from({ length: times }, () => ask(server, "health", headers)));
  return replies.map(({ status }) => status);
}

const count = (statuses: readonly number[], wanted: number): number =>
  statuses.filter((status) => status === wanted).length;

it("answers so many requests of one address, and says when to come again", async () => {
  const server = await openServer({ limits: { requestsPerMinute: 5 } });
  const statuses = await askOften(server, 8);
  expect([count(statuses, 200), count(statuses, 429)]).toEqual([5, 3]);
  const refused = await ask(server, "none");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.json).toEqual({ error: expect.stringMatching(/^more than 5 requests from one address in a minute/) });
  // Who is not believed to be a proxy is one address, whatever it says.
  expect((await ask(server, "health", { "x-forwarded-for": "192.0.2.1" })).status).toBe(429);
});

it("believes a proxy that it is told to, and takes an IPv6 network for one client", async () => {
  const server = await openServer({ limits: { requestsPerMinute: 2 }, trustedProxies: ["127.0.0.0/8"] });
  const from = (address: string): Promise<readonly number[]> => askOften(server, 3, { "x-forwarded-for": address });
  expect(count(await from("192.0.2.1"), 429)).toBe(1);
  expect(count(await from("192.0.2.2"), 429)).toBe(1);
  expect(count(await from("2001:db8:1:2::1"), 429)).toBe(1);
  expect(count(await from("2001:db8:1:2:ffff::2"), 429)).toBe(3);
  expect(count(await from("2001:db8:1:3::1"), 429)).toBe(1);
  expect(server.access.filter((line) => line.startsWith("192.0.2.1 GET /api/v1/health 200"))).toHaveLength(2);
});

it("takes so many manifests with one token", async () => {
  const server = await openServer({ limits: { submissionsPerMinute: 2 } });
  const other = await addToken(server.tokenFile, "other");
  const statuses = [];
  for (let turn = 0; turn < 3; turn++) {
    statuses.push((await submit(server, EXAMPLE)).status);
  }
  expect(statuses).toEqual([201, 200, 429]);
  expect((await submit({ ...server, token: other }, EXAMPLE)).status).toBe(200);
  expect((await ask(server, "health")).status).toBe(200);
});

it("ends a connection whose request does not come", async () => {
  const server = await openServer({ timeouts: { headers: 200, request: 500, idle: 5_000 } });
  const [slowHead, slowBody, silent] = await Promise.all([
    exchange(server.url, ["GET /api/v1/health HTTP/1.1\r\n", ..."x-slow: yes\r\n".repeat(20)], { pause: 50 }),
    exchange(
      server.url,
      [
        `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`,
        ..."{".padEnd(100),
      ],
      { pause: 50 },
    ),
    exchange(server.url, []),
  ]);
  expect(slowHead).toMatchObject({ closed: true, text: expect.stringMatching(/^HTTP\/1\.1 408 /) });
  expect(slowBody).toMatchObject({ closed: true, text: expect.stringMatching(/^HTTP\/1\.1 408 /) });
  expect(silent.closed).toBe(true);
  expect(await askOften(server, 2)).toEqual([200, 200]);
});

it("ends a connection that reads nothing", async () => {
  const database = await makeDatabase();
  const store = await openDatabase(database);
  const { confirmation, search, ...rest } = exampleManifest();
  expect([confirmation, search]).not.toContain(undefined);
  // More than fits between the two ends of a connection.
  const reason = "x".repeat(12 * 1024 * 1024);
  await store.mergeManifest({ ...rest, outcome: "timeout", reason, features: [], conflicts: [] });
  const [summary] = await store.listMeasurements();
  await store.close();
  const server = await startServer(database, { timeouts: { idle: 300, headers: 300 } });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
  socket.on("error", () => undefined);
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.pause();
  socket.write(`GET /api/v1/measurements/${summary?.measurement}/manifest HTTP/1.1\r\nhost: x\r\n\r\n`);
  await setTimeout(1_500);
  socket.resume();
  expect(await Promise.race([closed, setTimeout(10_000, "open")])).toBe("closed");
  expect(bytes).toBeLessThan(reason.length);
});

it("has room for so many connections", async () => {
  const server = await openServer({ limits: { connections: 3 } });
  const { hostname, port } = new URL(server.url);
  const idle = Array.from({ length: 3 }, () => connect(Number(port), hostname));
  onTestFinished(() => idle.forEach((socket) => void socket.destroy()));
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  await expect(ask(server, "health")).rejects.toThrow("fetch failed");
  for (const socket of idle) {
    socket.destroy();
  }
  await setTimeout(50);
  expect((await ask(server, "health")).status).toBe(200);
});

it("refuses what is no HTTP", async () => {
  const server = await openServer({});
  const broken = [
    "GET / HTTP/9.9\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000",
    "GET /\u0000 HTTP/1.1\r\nhost: x\r\n\r\n",
    "POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
  ];
  for (const request of broken) {
    const { text, closed } = await exchange(server.url, [request]);
    expect([closed, text.slice(0, 12)], JSON.stringify(request.slice(0, 40))).toEqual([
      true,
      expect.stringMatching(/^HTTP\/1\.1 4(?:00|31)/),
    ]);
  }
  expect(server.troubles).toEqual([]);
});
