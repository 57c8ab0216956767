// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readVersion, stripEpoch } from "../../src/debian/version.js";

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), "loupe-version-"));
  await mkdir(join(tree, "debian"));
});
afterEach(() => rm(tree, { recursive: true }));

const entry = (version: string): string =>
  `tiny (${version}) unstable; urgency=medium\n\n  * Change.\n\n -- A B <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n\n`;

describe("readVersion", () => {
  it("reads the newest entry", async () => {
    await writeFile(join(tree, "debian/changelog"), entry("2:1.5-3~x+b") + entry("1.4-1"));
    await expect(readVersion(tree)).resolves.toEqual({ source: "tiny", version: "2:1.5-3~x+b" });
  });

  it("gives dpkg's own words for a missing or broken changelog", async () => {
    await expect(readVersion(tree)).rejects.toThrow(/debian\/changelog: .*(cannot|No such file)/s);
    await writeFile(join(tree, "debian/changelog"), "nonsense\n");
    await expect(readVersion(tree)).rejects.toThrow(/debian\/changelog: /);
  });
});

describe("stripEpoch", () => {
  it("takes away the epoch alone", () => {
    expect(stripEpoch("2:1.5-3")).toBe("1.5-3");
    expect(stripEpoch("1.5:2-3")).toBe("1.5:2-3");
  });
});
