// SPDX-License-Identifier: GPL-3.0-or-later
// A server may say anything, or nothing: whoever asks it gets a sentence, soon, and nothing else happens.
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { KnownElsewhere } from "../../src/batch/known-elsewhere.js";
import { ApiClient } from "../../src/client/api-client.js";
import { NotAllowedError, ServerError } from "../../src/client/remote-errors.js";
import { InterruptedError } from "../../src/errors.js";
import { parseManifest } from "../../src/manifest/read-manifest.js";
import type { Manifest } from "../../src/manifest/schema.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";

const NEVER = new AbortController().signal;
const MEBIBYTE = 1024 * 1024;

interface HostileServer {
  readonly client: ApiClient;
  readonly url: URL;
  /** What was asked. */
  readonly asked: string[];
}

async function startHostile(
  listener: RequestListener,
  { signal = NEVER, timeoutMilliseconds = 20_000 } = {},
): Promise<HostileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const patience = { timeoutMilliseconds, attempts: 3, longestPauseSeconds: 1 };
  return { client: new ApiClient(url, signal, patience), url, asked };
}

const reply =
  (status: number, body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

function writeForEver(response: ServerResponse, chunk: Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk)) {
      // As much as goes.
    }
  };
  response.on("drain", write);
  write();
}

const BOMB = gzipSync(Buffer.alloc(100 * MEBIBYTE, 0x20));

const HOSTILE: readonly (readonly [what: string, listener: RequestListener, sentence: RegExp])[] = [
  ["no JSON", reply(200, "<html>"), /the reply is not JSON; is this a server of loupe serve\?/],
  ["wrong types", reply(200, '{"packages": 7}'), /not of the form that it should have \(at "packages"\)/],
  ["null", reply(200, "null"), /not of the form/],
  ["a prototype", reply(200, '{"__proto__": {"packages": []}}'), /not of the form/],
  ["no text", reply(200, Buffer.from([0xff, 0xfe])), /not UTF-8/],
  ["lists in each other", reply(200, "[".repeat(MEBIBYTE)), /not JSON/],
  ["another site's 404", reply(404, "<html>Not here"), /status 404/],
  ["an error with colours", reply(500, JSON.stringify({ error: "\u001b[31mred\nline" })), /: .?\[31mred line$/],
  [
    "a redirection to a file",
    reply(302, "", { location: "file:///etc/passwd" }),
    /sends us to "file:\/\/\/etc\/passwd", where we do not go/,
  ],
  ["a redirection to others", reply(307, "", { location: "http://169.254.169.254/" }), /sends us to "http:\/\/169/],
  ["a redirection to nowhere", reply(301, ""), /sends us to ""/],
  ["silence", () => undefined, /no whole reply in 0\.5 s/],
  [
    "half a reply",
    (_request, response) => void response.writeHead(200).write('{"packages": ['),
    /no whole reply in 0\.5 s/,
  ],
  [
    "a reply that breaks off",
    (_request, response) =>
      void response.writeHead(200, { "content-length": "1000" }).write("{", () => response.destroy()),
    /cannot be asked: /,
  ],
  ["the end of the connection", (request) => void request.socket.destroy(), /cannot be asked: /],
  ["no HTTP", (request) => void request.socket.end("SSH-2.0-OpenSSH\r\n"), /cannot be asked: /],
  [
    "a reply without end",
    (_request, response) => writeForEver(response.writeHead(200), Buffer.alloc(MEBIBYTE, 0x20)),
    /more than 16777216 bytes/,
  ],
  ["a small reply that becomes large", reply(200, BOMB, { "content-encoding": "gzip" }), /more than 16777216 bytes/],
];

it.each(HOSTILE)("is not taken in by %s", async (_what, listener, sentence) => {
  const isSilent = sentence.source.startsWith("no whole reply");
  const { client, asked } = await startHostile(listener, isSilent ? { timeoutMilliseconds: 500 } : {});
  const failed = await client.readUsage("prog", {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ServerError);
  expect((failed as ServerError).message).toMatch(sentence);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be shown
  expect((failed as ServerError).message).not.toMatch(/[\u0000-\u001f]/);
  expect(asked).toEqual(["GET /api/v1/packages/prog/usage"]);
});

it("comes again when it is told to, so often and no longer", async () => {
  let times = 0;
  const busy = await startHostile((_request, response) => {
    times++;
    reply(times < 3 ? 503 : 200, times < 3 ? "{}" : '{"packages": []}', { "retry-after": "0" })(_request, response);
  });
  expect(await busy.client.readUsage("prog", {})).toEqual({ packages: [] });
  expect(busy.asked).toHaveLength(3);
  const never = await startHostile(reply(429, '{"error": "no"}', { "retry-after": "0" }));
  await expect(never.client.submit("{}", "t")).rejects.toThrow(/: no$/);
  expect(never.asked).toHaveLength(3);
  for (const headers of [{}, { "retry-after": "86400" }, { "retry-after": "soon" }] as Record<string, string>[]) {
    const once = await startHostile(reply(503, '{"error": "gone"}', headers));
    await expect(once.client.readUsage("prog", {})).rejects.toThrow(/: gone$/);
    expect(once.asked).toHaveLength(1);
  }
  const broken = await startHostile(reply(500, '{"error": "no"}', { "retry-after": "0" }));
  await expect(broken.client.readUsage("prog", {})).rejects.toThrow(ServerError);
  expect(broken.asked).toHaveLength(1);
});

it("ends at once when it is interrupted", async () => {
  const controller = new AbortController();
  const silent = await startHostile(() => controller.abort(), { signal: controller.signal });
  await expect(silent.client.readUsage("prog", {})).rejects.toThrow(InterruptedError);
  const pausing = new AbortController();
  const busy = await startHostile(
    (...words) => {
      void setTimeout(50).then(() => pausing.abort());
      reply(503, "{}", { "retry-after": "1" })(...words);
    },
    { signal: pausing.signal },
  );
  await expect(busy.client.readUsage("prog", {})).rejects.toThrow(InterruptedError);
});

it("tells who may not submit from what is refused", async () => {
  const closed = await startHostile(reply(403, '{"error": "not you"}'));
  await expect(closed.client.submit("{}", "t")).rejects.toThrow(NotAllowedError);
  const picky = await startHostile(reply(422, '{"error": "not that"}'));
  expect(await picky.client.submit("{}", "t")).toEqual({ kind: "refused", sentence: "not that" });
  const liar = await startHostile(reply(200, '{"result": "added", "measurement": "../../x"}'));
  await expect(liar.client.submit("{}", "t")).rejects.toThrow(/not of the form/);
});

/** A server that has one measurement, whose manifest is `text`. */
function having(text: string): RequestListener {
  const measurement = {
    ...{ measurement: "0".repeat(32), package: "prog", origin: "debian", version: "1.0-1", architecture: "amd64" },
    ...{ workload: "suite", command: "make", outcome: "analyzed", reason: null, testFormat: null, testsPassed: null },
    ...{ durationSeconds: null, kernel: null, tool: null, libc: null, strategy: null, replicas: 3, runs: null },
  };
  const list = JSON.stringify({ package: "prog", measurements: [measurement], next: null });
  return (request, response) => reply(200, request.url?.includes("/manifest") ? text : list)(request, response);
}

const WANTED = { source: "prog", version: "1.0-1" };
const other = (changes: Partial<Manifest>): string => serializeManifest(exampleManifest(changes));

it("takes from another server what is the analysis that was asked for, and nothing else", async () => {
  const good = await startHostile(having(other({})));
  const troubles: string[] = [];
  const find = ({ client }: HostileServer) =>
    new KnownElsewhere(client, (words) => troubles.push(words)).find(WANTED, "amd64");
  expect(await find(good)).toEqual({
    manifest: parseManifest(other({}), "it"),
    reason: `known at ${good.url.href} (measurement ${"0".repeat(32)}): analyzed`,
  });
  expect(good.asked[0]).toBe(
    "GET /api/v1/packages/prog/measurements?version=1.0-1&architecture=amd64&workload=suite&outcome=analyzed",
  );
  expect(troubles).toEqual([]);
  const wrong: readonly (readonly [text: string, sentence: RegExp])[] = [
    ["{}", /this is no manifest/],
    [other({}).replace("loupe-manifest/1", "loupe-manifest/2"), /use a newer Loupe/],
    [
      other({ package: { source: "other", version: "1.0-1", architecture: "amd64", binaries: [] } }),
      /is not an analysis of prog 1\.0-1 on amd64/,
    ],
    [
      other({ package: { source: "prog", version: "2.0-1", architecture: "amd64", binaries: [] } }),
      /is not an analysis/,
    ],
    [
      other({ package: { source: "prog", version: "1.0-1", architecture: "arm64", binaries: [] } }),
      /is not an analysis/,
    ],
    [other({ package: { name: "prog" } }), /is not an analysis/],
    [other({}).slice(0, 500), /not JSON/],
  ];
  for (const [text, sentence] of wrong) {
    expect(await find(await startHostile(having(text)))).toBeUndefined();
    expect(troubles.at(-1)).toMatch(sentence);
    expect(troubles.at(-1)).toMatch(/^prog: .*; it is measured here$/);
  }
});

it("asks a server that fails again and again no more", async () => {
  const { client, asked } = await startHostile(reply(500, "{}"));
  const troubles: string[] = [];
  const elsewhere = new KnownElsewhere(client, (words) => troubles.push(words));
  for (let turn = 0; turn < 5; turn++) {
    expect(await elsewhere.find(WANTED, "amd64")).toBeUndefined();
  }
  expect(asked).toHaveLength(3);
  expect(troubles.at(-1)).toMatch(/the server is not asked any more$/);
});

it("does not ask for pages for ever", async () => {
  const endless = await startHostile(reply(200, JSON.stringify({ package: "prog", measurements: [], next: "0" })));
  expect(await endless.client.listMeasurements("prog", {})).toEqual([]);
  expect(endless.asked.length).toBeLessThanOrEqual(10);
});
