// SPDX-License-Identifier: GPL-3.0-or-later
import { truncate } from "node:fs/promises";
import { expect, test } from "vitest";
import { ManifestError, parseManifest, readManifest } from "../../src/manifest/read-manifest.js";
import { serializeManifest } from "../../src/manifest/serialize.js";
import { writeManifest } from "../../src/manifest/write-manifest.js";
import { openScratch } from "../support/scratch.js";
import { exampleManifest } from "./example.js";

test("reads what was written", async () => {
  const scratch = await openScratch();
  const file = scratch.path("m.json");
  await writeManifest(file, exampleManifest());
  expect(serializeManifest(await readManifest(file))).toBe(serializeManifest(exampleManifest()));
});

// biome-ignore lint/suspicious/noExplicitAny: tests break manifests in ways that no type allows
function damage(change: (manifest: any) => void): string {
  const manifest = JSON.parse(serializeManifest(exampleManifest()));
  change(manifest);
  return JSON.stringify(manifest);
}

test.each([
  ["not JSON", "{", /m\.json: not JSON/],
  ["a text of several lines", "a\nb\n", /^\S+m\.json: not JSON: .+$/],
  ["null", "null", /schema is not "loupe-manifest\/1"/],
  ["a list", "[]", /this is no manifest/],
  ["another schema", damage((m) => (m.schema = "other/1")), /this is no manifest/],
  ["a later schema", damage((m) => (m.schema = "loupe-manifest/2")), /loupe-manifest\/2.*use a newer Loupe/],
  ["an unknown key", damage((m) => (m.extra = 1)), /extra/],
  ["a missing key", damage((m) => delete m.workload.command), /\.workload\.command: /],
  ["a verdict that there is not", damage((m) => (m.features[0].verdict = "maybe")), /\.features\[0\]\.verdict: /],
  ["a negative count", damage((m) => (m.features[1].calls = -1)), /\.features\[1\]\.calls: /],
  ["a fraction as count", damage((m) => (m.features[1].calls = 1.5)), /\.features\[1\]\.calls: /],
  ["a hash that is none", damage((m) => (m.executables[0].sha256 = "XY")), /\.executables\[0\]\.sha256: /],
  ["a verdict against its results", damage((m) => (m.features[0].verdict = "any")), /stub and fake say stub/],
  ["required although it works", damage((m) => (m.conflicts = [])), /getsid is required although/],
  ["a joint set that did not pass", damage((m) => (m.confirmation.passed = false)), /\.confirmation: /],
  ["a joint set with a required feature", damage((m) => m.confirmation.stubbed.push("openat")), /openat is not a/],
  ["a feature twice", damage((m) => m.features.push(m.features[0])), /close is there twice/],
  ["a conflict about nothing", damage((m) => m.conflicts.push(["a", "b"])), /a is not among the features/],
  ["a failure without reason", damage((m) => (m.outcome = "flaky")), /\.reason: /],
  ["verdicts without analysis", damage((m) => (m.outcome = "observed")), /has a verdict although/],
])("refuses %s, naming the file, the place and what was expected", (_, text, message) => {
  expect(() => parseManifest(text, "dir/m.json")).toThrow(ManifestError);
  expect(() => parseManifest(text, "dir/m.json")).toThrow(message);
  expect(() => parseManifest(text, "dir/m.json")).toThrow(/^dir\/m\.json: /);
});

test("refuses files that cannot be manifests", async () => {
  const scratch = await openScratch();
  await expect(readManifest(scratch.path("none"))).rejects.toThrow(/none: cannot be read: no such file or directory/);
  await expect(readManifest(scratch.directory)).rejects.toThrow(/not a regular file/);
  await expect(readManifest("/dev/zero")).rejects.toThrow(/not a regular file/);
  const large = await scratch.file("large", "");
  await truncate(large, 17 * 1024 * 1024);
  await expect(readManifest(large)).rejects.toThrow(/has at most/);
});
