// SPDX-License-Identifier: GPL-3.0-or-later
import { chown, readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readManifest } from "../../src/manifest/read-manifest.js";
import { openScratch } from "../support/scratch.js";
import { loupe } from "./loupe.js";

const NOBODY = 65534;

test("prints verdicts and writes the manifest", { timeout: 180_000 }, async () => {
  const scratch = await openScratch();
  const program = await scratch.staticProgram("basics");
  const words = ["analyze", "--replicas", "1", "--output", "m.json", "--", "./basics"];
  const { status, stdout, stderr } = await loupe(scratch, words);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^getppid +1 +any +works +works$/m);
  expect(stdout).toMatch(/^write +1 +fake +fails +works$/m);
  expect(stdout).toMatch(/^pipe2 +1 +required +fails +fails +ignored$/m);
  expect(stdout).toMatch(/^\d+ features used: .* Confirmed together in 1 run: /m);
  expect(stderr).toContain(`considering ${program} alone`);
  const manifest = await readManifest(scratch.path("m.json"));
  expect(manifest).toMatchObject({ outcome: "analyzed", package: { name: "basics" }, workload: { kind: "suite" } });
  expect((await readdir(scratch.directory)).sort()).toEqual([".local", "basics", "m.json"]);
  expect(await readdir(scratch.path(".local/state/loupe/analyses"))).toEqual([]);
});

test("a server with a test script", { timeout: 180_000 }, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("server");
  await scratch.staticProgram("connect");
  await scratch.script("client", "./connect socket | grep -q ok");
  const words = ["analyze", "--json", "--replicas", "1", "--work-dir", "work", "--test-script", "client"];
  const { status, stdout } = await loupe(scratch, [...words, "--", "./server", "socket"]);
  expect(status).toBe(0);
  const manifest = JSON.parse(stdout);
  expect(manifest.workload).toMatchObject({ kind: "check", testScript: [scratch.path("client")] });
  const verdicts = Object.fromEntries(
    manifest.features.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]),
  );
  expect(verdicts).toMatchObject({ accept: "required", listen: "required", getppid: "fake" });
  expect(await readFile(scratch.path("work/journal.jsonl"), "utf8")).toContain('"getppid"');
});

test.skipIf(process.getuid?.() !== 0)("an ordinary user gets the same verdicts", { timeout: 180_000 }, async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  await chown(scratch.directory, NOBODY, NOBODY);
  const words = ["analyze", "--json", "--replicas", "1", "--", "./basics"];
  const verdicts = async (wrapper: readonly string[]): Promise<unknown> => {
    const { status, stdout } = await loupe(scratch, words, { wrapper });
    expect(status).toBe(0);
    const { features, confirmation } = JSON.parse(stdout);
    return [features.map(({ name, verdict }: { name: string; verdict: string }) => [name, verdict]), confirmation];
  };
  const asUser = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  expect(await verdicts(asUser)).toEqual(await verdicts([]));
});

test("Ctrl-C ends all, keeps finished results and says where", async () => {
  const scratch = await openScratch();
  await scratch.staticProgram("basics");
  const { status, stdout, stderr } = await loupe(scratch, ["analyze", "--verbose", "--", "./basics"], {
    interrupt: { after: "5/~", signal: "SIGINT" },
  });
  expect(status).toBe(130);
  expect(stdout).toBe("");
  const file = /the same command goes on from (\S+)/.exec(stderr)?.[1] ?? "";
  expect((await readFile(file, "utf8")).trimEnd().split("\n").length).toBeGreaterThanOrEqual(5);
});
