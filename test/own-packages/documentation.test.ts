// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Pages about how Loupe is made and measured, which are for its developers. */
const FOR_DEVELOPERS = /^(ARCHITECTURE|benchmarks.*|.*-protocol)\.md$/;

/** What is listed in debian/PACKAGE.KIND, of all our packages. */
function listInstalled(kind: "manpages" | "docs"): readonly string[] {
  const lines = ["dh-loupe", "loupe"].flatMap((name) =>
    readFileSync(`${ROOT}debian/${name}.${kind}`, "utf8").trim().split("\n"),
  );
  return [...new Set(lines)].sort();
}

const listFiles = (directory: string): readonly string[] =>
  readdirSync(`${ROOT}${directory}`)
    .map((name) => `${directory}/${name}`)
    .sort();

test("each man page is in one of our packages", () => {
  expect(listInstalled("manpages")).toEqual(listFiles("man"));
});

test("each page for users is in one of our packages", () => {
  const pages = listFiles("docs").filter((path) => !FOR_DEVELOPERS.test(path.replace("docs/", "")));
  expect(listInstalled("docs").filter((path) => path.startsWith("docs/"))).toEqual(pages);
});
