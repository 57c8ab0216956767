// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

test("each man page is in one of our packages", () => {
  const listed = ["dh-loupe", "loupe"].flatMap((name) =>
    readFileSync(`${ROOT}debian/${name}.manpages`, "utf8").trim().split("\n"),
  );
  expect(listed.sort()).toEqual(
    readdirSync(`${ROOT}man`)
      .map((page) => `man/${page}`)
      .sort(),
  );
});
