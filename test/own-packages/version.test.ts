// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readVersion } from "../../src/debian/version.js";
import { VERSION } from "../../src/version.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("the source package has the name and the version of package.json, and so have the programs", async () => {
  const { name, version } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  expect(await readVersion(ROOT)).toEqual({ source: name, version });
  expect(VERSION).toBe(version);
});

test.each(readdirSync(`${ROOT}man`))("%s names the version", (page) => {
  expect(readFileSync(`${ROOT}man/${page}`, "utf8")).toMatch(
    new RegExp(`^\\.TH \\S+ \\d \\S+ "loupe ${VERSION}" `, "m"),
  );
});
