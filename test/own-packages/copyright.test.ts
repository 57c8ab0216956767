// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundle, listBundledPackages, MODULES_BESIDE, PROGRAMS } from "../../scripts/lib/bundle.js";
import { parseParagraphs } from "../../src/debian/control.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Licences whose short name in debian/copyright (DEP-5) is not SPDX's, which npm uses. */
const DEP5_NAMES: Readonly<Record<string, string>> = { MIT: "Expat", "BSD-3-Clause": "BSD-3-clause" };

/** Of each npm package that our packages have parts of: the short name of its licence, as the package itself states it. */
async function readBundledLicenses(): Promise<Map<string, string>> {
  const names = new Set<string>(MODULES_BESIDE);
  for (const program of PROGRAMS) {
    for (const name of listBundledPackages(await bundle(program, "/nonexistent", { write: false }))) {
      names.add(name);
    }
    for (const path of program.copies) {
      names.add(path.replace(/\/[^/]*$/, ""));
    }
  }
  return new Map(
    [...names].sort().map((name) => {
      const { license } = JSON.parse(readFileSync(`${ROOT}node_modules/${name}/package.json`, "utf8"));
      return [name, DEP5_NAMES[license] ?? license];
    }),
  );
}

const paragraphs = parseParagraphs(readFileSync(`${ROOT}debian/copyright`, "utf8"));

test("debian/copyright lists the npm packages that are bundled, no others, with their licences", async () => {
  const listed = paragraphs.flatMap((paragraph) =>
    (paragraph.get("files") ?? "").split(/\s+/).flatMap((files): [string, string | undefined][] => {
      const name = /^node_modules\/(.+)\/\*$/.exec(files)?.[1];
      return name === undefined ? [] : [[name, paragraph.get("license")]];
    }),
  );
  const bundled = await readBundledLicenses();
  expect(bundled.size).toBeGreaterThan(20);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(bundled));
});

test("debian/copyright has the text of every licence that it names", () => {
  const named = new Set(paragraphs.flatMap((paragraph) => (paragraph.has("files") ? [paragraph.get("license")] : [])));
  const texts = paragraphs.flatMap((paragraph) => {
    const [name, ...text] = (paragraph.has("files") ? "" : (paragraph.get("license") ?? "")).split("\n");
    return text.length > 0 ? [name] : [];
  });
  expect(texts.sort()).toEqual([...named].sort());
});
