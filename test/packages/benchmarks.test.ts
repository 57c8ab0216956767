// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's own servers under their benchmarks (npm run test:servers): the programs of the paper's section 5.
import { execa } from "execa";
import { expect, test } from "vitest";
import type { Manifest } from "../../src/manifest/schema.js";
import { loupe } from "../cli/loupe.js";
import { openScratch, type Scratch } from "../support/scratch.js";

const TIME_LIMIT = 30 * 60_000;
const PORT = "6399";

async function analyze(scratch: Scratch, words: readonly string[]): Promise<Manifest> {
  const { status, stdout, stderr } = await loupe(scratch, ["analyze", "--json", ...words], { timeout: TIME_LIMIT });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Manifest;
}

function count(manifest: Manifest, verdict: string): number {
  return manifest.features.filter((feature) => feature.verdict === verdict).length;
}

async function countProcesses(name: string): Promise<number> {
  const { stdout } = await execa("pgrep", ["--count", "--exact", name], { reject: false });
  return Number(stdout);
}

test("redis-server under redis-benchmark", { timeout: TIME_LIMIT }, async () => {
  const scratch = await openScratch();
  const script = `redis-benchmark -p ${PORT} -t get,set -n 5000 -c 10 -q`;
  const server = ["redis-server", "--port", PORT, "--save", "", "--appendonly", "no"];
  const manifest = await analyze(scratch, ["--replicas", "1", "--test-script", script, "--", ...server]);
  expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
  // The reference tool found 44 used and 20 required; newer versions of Redis and glibc use a few others.
  expect(manifest.features.length).toBeGreaterThan(36);
  expect(manifest.features.length).toBeLessThan(60);
  expect(count(manifest, "required")).toBeGreaterThan(12);
  expect(count(manifest, "required")).toBeLessThan(28);
  expect(await countProcesses("redis-benchmark")).toBe(0);
});

test("nginx under wrk", { timeout: TIME_LIMIT }, async () => {
  const scratch = await openScratch();
  await scratch.file("index.html", "<p>It works.</p>\n");
  await scratch.file(
    "nginx.conf",
    `daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 127.0.0.1:8099; root ${scratch.directory}; }
}
`,
  );
  // wrk succeeds whatever it is answered; its summary tells.
  const script =
    "wrk -t1 -c4 -d1s http://127.0.0.1:8099/index.html | tee out && ! grep -E 'Non-2xx|Socket errors' out && grep -q '[1-9] requests in' out";
  const server = ["nginx", "-p", scratch.directory, "-c", scratch.path("nginx.conf")];
  const manifest = await analyze(scratch, ["--replicas", "1", "--test-script", script, "--", ...server]);
  expect(manifest).toMatchObject({ outcome: "analyzed", confirmation: { passed: true } });
  const verdicts = Object.fromEntries(manifest.features.map(({ name, verdict }) => [name, verdict]));
  // nginx falls back to accept(2) where accept4(2) is not there, and believes it when it is faked.
  expect(verdicts).toMatchObject({ bind: "required", listen: "required", accept4: "stub" });
  // Access logs go by write, the answers by writev or sendfile: nobody misses the log.
  expect(["stub", "fake", "any"]).toContain(verdicts.write);
  expect(await countProcesses("wrk")).toBe(0);
});
