// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import { readArchitecture } from "../../src/debian/architecture.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { exampleManifest } from "../manifest/example.js";
import { startServer } from "../server/support/server.js";
import { openScratch } from "../support/scratch.js";
import { Archive } from "./support/archive.js";

test("takes what a server knows from there, and measures the rest", { timeout: 120_000 }, async () => {
  const scratch = await openScratch();
  const { host: architecture } = await readArchitecture();
  const archive = await Archive.make(scratch, { greet: {}, other: {} });
  const manifest = exampleManifest({ package: { source: "greet", version: "1.0", architecture, binaries: ["greet"] } });
  const remote = await openDatabase(scratch.path("remote.db"));
  await remote.mergeManifest(manifest);
  // Another version of it is no help.
  await remote.mergeManifest(
    exampleManifest({ package: { source: "other", version: "0.9", architecture, binaries: [] } }),
  );
  await remote.close();
  const server = await startServer(scratch.path("remote.db"), { readOnly: true });

  const words = ["--db", "usage.db", "--lookup", server.url, "greet", "other"];
  const { status, stderr } = await archive.batch("run", words);
  expect(status).toBe(0);
  expect(stderr).toMatch(/greet_1\.0: already-measured: known at http:\S+ \(measurement [0-9a-f]{32}\): analyzed/);
  expect(await archive.readOutcomes()).toEqual({ greet: "already-measured", other: "observed" });
  // Each is merged when it ends, not when all have ended.
  const events = (await archive.readJournal()).slice(1).map(({ type, source }) => `${type} ${source}`);
  expect(events.filter((event) => !event.startsWith("selected"))).toEqual([
    ...["ended greet", "merged greet"],
    ...["started other", "ended other", "merged other"],
  ]);
  const kept = scratch.path(`batch/manifests/greet_1.0_${architecture}.loupe.json`);
  expect(await readFile(kept, "utf8")).toBe(serializeManifest(manifest));
  const store = await openDatabase(scratch.path("usage.db"), "existing");
  const merged = (await store.listMeasurements()).map((summary) => `${summary.package} ${summary.outcome}`);
  await store.close();
  expect(merged).toEqual(["greet analyzed", "other observed"]);

  // Without the server it is measured here, and that is said.
  await server.stop();
  const alone = await archive.batch("run", ["--batch-dir", "alone", "--lookup", server.url, "other"]);
  expect(alone.stderr).toMatch(/other: http:\S+: cannot be asked: .*; it is measured here/);
  expect(alone.status).toBe(0);
  const wrong = await archive.batch("run", ["--lookup", "ftp://host", "greet"]);
  expect(wrong).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/--lookup ftp:\/\/host: a server is asked by/),
  });
});
