// SPDX-License-Identifier: GPL-3.0-or-later
// loupe serve, loupe submit and loupe lookup, as processes.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { generateManifest } from "../../bench/generate-manifests.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { type ServerProcess, startProcess } from "../server/support/process.js";
import { openScratch, type Scratch } from "../support/scratch.js";
import { loupe, type Outcome } from "./loupe.js";

const EXAMPLE = serializeManifest(exampleManifest());

async function startWithToken(scratch: Scratch): Promise<{ server: ServerProcess; token: string }> {
  const made = await loupe(scratch, ["serve", "token", "tester", "--token-file", "tokens"]);
  expect(made).toMatchObject({ status: 0, stderr: expect.stringMatching(/^loupe: tokens: tester may submit/) });
  const server = await startProcess(scratch, ["--db", "usage.db", "--token-file", "tokens"]);
  return { server, token: made.stdout.trim() };
}

describe("loupe serve", () => {
  it("answers what has come when it is told to end, and takes nothing more", async () => {
    const scratch = await openScratch();
    const { server, token } = await startWithToken(scratch);
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    const busy = connect(Number(port), hostname);
    let reply = "";
    busy.on("data", (chunk: Buffer) => {
      reply += chunk.toString();
    });
    const closed = new Promise((resolve) => busy.once("close", resolve));
    const head = `POST /api/v1/manifests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(EXAMPLE)}\r\n\r\n`;
    busy.write(head + EXAMPLE.slice(0, 100));
    await setTimeout(200);
    const ended = server.end("SIGTERM");
    await setTimeout(200);
    await expect(fetch(`${server.url}/api/v1/health`)).rejects.toThrow("fetch failed");
    busy.write(EXAMPLE.slice(100));
    await closed;
    expect(reply).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    const { status, stderr } = await ended;
    idle.destroy();
    expect(status).toBe(0);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^loupe: serving usage\.db at http:\S+; manifests are taken with 1 token of tokens$/),
      "loupe: stopping when what has been asked is answered",
      expect.stringMatching(/^loupe: 127\.0\.0\.1 POST \/api\/v1\/manifests 201 \d+ms token=tester$/),
      "",
    ]);
    expect(stderr).not.toContain(token);
    const usage = await loupe(scratch, ["usage", "--db", "usage.db", "prog"]);
    expect(usage.stdout).toContain("2 required");
  });

  it("ends by Ctrl-C, and logs no secret that somebody puts in an address", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await loupe(scratch, ["db", "merge", "--db", "usage.db", "good"]);
    const server = await startProcess(scratch, ["--db", "usage.db"]);
    await fetch(`${server.url}/api/v1/packages?token=hidden`, { headers: { authorization: "Bearer hidden" } });
    const { status, stderr } = await server.end("SIGINT");
    expect(status).toBe(0);
    expect(stderr).toContain("to be read only: there is no --token-file");
    expect(stderr).toContain("GET /api/v1/packages 200");
    expect(stderr).not.toContain("hidden");
  });

  it("serves as the unit of systemd says", async () => {
    const scratch = await openScratch();
    const unit = await readFile("templates/systemd/loupe-serve.service", "utf8");
    const [, command = ""] = /^ExecStart=\/usr\/bin\/loupe serve (.*)$/m.exec(unit) ?? [];
    await mkdir(scratch.path("loupe"));
    await loupe(scratch, ["serve", "token", "buildd-1", "--token-file", "tokens"]);
    const words = command
      .split(" ")
      .map((word) => word.replace("%S", scratch.directory).replace("%d", scratch.directory));
    const server = await startProcess(scratch, words);
    expect(await (await fetch(`${server.url}/api/v1/health`)).json()).toMatchObject({
      status: "ok",
      submissions: true,
    });
    expect(await server.end("SIGTERM")).toMatchObject({ status: 0 });
  });

  it("says what keeps it from serving", async () => {
    const scratch = await openScratch();
    await scratch.file("good", EXAMPLE);
    await loupe(scratch, ["db", "merge", "--db", "usage.db", "good"]);
    await scratch.file("open", `ada ${"0".repeat(64)}\n`);
    const server = await startProcess(scratch, ["--db", "usage.db", "--quiet"]);
    const taken = server.url.replace("http://", "");
    const refused: readonly (readonly [words: readonly string[], status: number, sentence: RegExp])[] = [
      [[], 2, /which database\? give --db FILE/],
      [["--db", "none.db"], 2, /none\.db: no such database/],
      [["--db", "good"], 2, /good is no SQLite database/],
      [
        ["--db", "postgres://x:secret@127.0.0.1:1/db"],
        3,
        /postgres:\/\/x:\.\.\.@127\.0\.0\.1:1\/db: the PostgreSQL server cannot/,
      ],
      [["--db", "usage.db", "--listen", taken], 3, /--listen 127\.0\.0\.1:\d+: another program listens there/],
      [["--db", "usage.db", "--listen", "127.0.0.1"], 2, /must be HOST:PORT/],
      [["--db", "usage.db", "--listen", "127.0.0.1:70000"], 2, /must be HOST:PORT/],
      [["--db", "usage.db", "--listen", "192.0.2.1:0"], 3, /--listen 192\.0\.2\.1:0: /],
      [["--db", "usage.db", "--token-file", "none"], 2, /none: cannot be read/],
      [["--db", "usage.db", "--token-file", "open"], 2, /open: its mode is 0644, others may read or change it/],
      [["--db", "usage.db", "--trust-proxy", "proxy.example.org"], 2, /must be an address or a network/],
      [["--db", "usage.db", "--trust-proxy", "10.0.0.0/33"], 2, /must be an address or a network/],
      [["--db", "usage.db", "--trust-proxy", "300.0.0.1"], 2, /must be an address or a network/],
      [["--db", "usage.db", "--read-rate", "0"], 2, /must be a whole number from 1/],
      [["token", "ada"], 2, /which file is the token for\?/],
      [["token", "a b", "--token-file", "tokens"], 2, /a name has letters, digits/],
      [["token", "ada", "--token-file", "none/tokens"], 3, /cannot write none\/tokens: no such file or directory/],
    ];
    for (const [words, status, sentence] of refused) {
      const free = words[0] === "token" ? [] : ["--listen", "127.0.0.1:0"];
      const outcome = await loupe(scratch, ["serve", ...free, ...words]);
      expect(outcome, words.join(" ")).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(sentence) });
      expect(outcome.stderr).not.toContain("secret");
    }
    const { stderr } = await server.end("SIGTERM");
    expect(stderr).not.toContain("GET");
  });
});

describe("loupe submit and loupe lookup", () => {
  it("share what was measured", async () => {
    const scratch = await openScratch();
    const { server, token } = await startWithToken(scratch);
    await scratch.file("good.loupe.json", EXAMPLE);
    await scratch.file("bad.loupe.json", "{}");
    await scratch.file("evil.loupe.json", JSON.stringify(exampleManifest({ package: { name: "../evil" } })));
    await mkdir(scratch.path("more"));
    await writeFile(scratch.path("more/one.loupe.json"), serializeManifest(generateManifest(1, 5)));
    await writeFile(scratch.path("more/two.loupe.json"), serializeManifest(generateManifest(2, 5)));
    await scratch.file("token", `${token}\n`);
    await chmod(scratch.path("token"), 0o600);
    const submit = (...words: readonly string[]): Promise<Outcome> =>
      loupe(scratch, ["submit", "--server", server.url, "--token-file", "token", ...words]);
    const first = await submit("good.loupe.json", "bad.loupe.json", "none.loupe.json", "evil.loupe.json", "more");
    expect(first.stdout.split("\n")).toEqual([
      expect.stringMatching(/^good\.loupe\.json: merged \(measurement [0-9a-f]{32}\)$/),
      'bad.loupe.json: refused: schema is not "loupe-manifest/1"; this is no manifest',
      expect.stringMatching(/^none\.loupe\.json: refused: cannot be read: no such file or directory/),
      'evil.loupe.json: refused: the server refuses it: the name of a program "../evil" is not of the form that these have',
      expect.stringMatching(/^more\/one\.loupe\.json: merged/),
      expect.stringMatching(/^more\/two\.loupe\.json: merged/),
      "",
    ]);
    expect(first).toMatchObject({ status: 2, stderr: "" });
    const again = await submit("--json", "good.loupe.json");
    expect(JSON.parse(again.stdout)).toEqual([
      { file: "good.loupe.json", result: "unchanged", measurement: expect.any(String) },
    ]);
    expect(again.status).toBe(0);
    const environment = { LOUPE_SERVER: server.url, LOUPE_TOKEN: token };
    expect(await loupe(scratch, ["submit", "more"], { environment })).toMatchObject({ status: 0 });

    const known = await loupe(scratch, ["lookup", "prog"], { environment });
    expect(known).toMatchObject({ status: 0, stderr: "" });
    expect(known.stdout).toBe((await loupe(scratch, ["usage", "--db", "usage.db", "prog"])).stdout);
    const json = await loupe(scratch, ["lookup", "prog", "--json", "--architecture", "amd64"], { environment });
    expect(JSON.parse(json.stdout)).toMatchObject({ packages: [{ package: "prog", features: expect.any(Array) }] });
    const unknown = await loupe(scratch, ["lookup", "prog", "--package-version", "2.0-1"], { environment });
    expect(unknown).toEqual({
      status: 1,
      stdout: "",
      stderr: `loupe: prog: ${server.url}/ knows nothing of it for 2.0-1\n`,
    });
    await server.end("SIGTERM");
  });

  it("say what keeps them from it, and never show the token", async () => {
    const scratch = await openScratch();
    const { server } = await startWithToken(scratch);
    await scratch.file("good", EXAMPLE);
    await scratch.file("open", "loupe_secret\n");
    await scratch.file("words", "secret words\n");
    await chmod(scratch.path("words"), 0o600);
    const secret = { LOUPE_TOKEN: "loupe_secret" };
    const at = (url: string): readonly string[] => ["submit", "--server", url, "good"];
    const refused: readonly (readonly [
      words: readonly string[],
      environment: object,
      status: number,
      sentence: RegExp,
    ])[] = [
      [["submit", "good"], secret, 2, /required option '--server <url>' not specified/],
      [at(server.url), {}, 2, /which token\? give --token-file FILE, or set the variable LOUPE_TOKEN/],
      [at(server.url), secret, 2, /http:\S+: this server does not know the token/],
      [[...at(server.url), "--token-file", "none"], secret, 2, /--token-file none: cannot be read/],
      [
        [...at(server.url), "--token-file", "open"],
        {},
        2,
        /--token-file open: everybody may read the token; "chmod 600/,
      ],
      [[...at(server.url), "--token-file", "words"], {}, 2, /--token-file words: not a token/],
      [at("http://example.org"), secret, 2, /the token could be read on the way; use https:/],
      [at("file:///etc/passwd"), secret, 2, /asked by https: or http:, not by file:/],
      [at("here"), secret, 2, /--server here: not a URL/],
      [at("https://me:secret@host/"), secret, 2, /without user, password/],
      [at("http://127.0.0.1:65533"), secret, 3, /http:\/\/127\.0\.0\.1:65533: cannot be asked: connect ECONNREFUSED/],
      [["lookup", "prog", "--server", "http://127.0.0.1:65533"], {}, 3, /cannot be asked/],
      [["lookup", "../../openapi.json?", "--server", server.url], {}, 1, /knows nothing of it/],
    ];
    for (const [words, environment, status, sentence] of refused) {
      const outcome = await loupe(scratch, words, { environment: { ...environment } });
      expect(outcome, words.join(" ")).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(sentence) });
      expect(outcome.stderr).not.toContain("secret");
    }
    await server.end("SIGTERM");
  });
});
