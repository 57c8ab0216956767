// SPDX-License-Identifier: GPL-3.0-or-later
// Exits 0 when node_modules holds what package-lock.json asks for, 1 when `npm ci` is due. npm leaves the list of what it
// installed in node_modules/.package-lock.json; comparing the two lists is exact where comparing times is not.
import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

/** The `packages` map of a lock file: path in node_modules -> entry. An absent or broken file lists nothing. */
function readPackages(name) {
  try {
    return JSON.parse(readFileSync(new URL(name, root), "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return {};
    throw error;
  }
}

const wanted = Object.entries(readPackages("package-lock.json")).filter(([path]) => path !== "");
const installed = readPackages("node_modules/.package-lock.json");
// Optional packages are those of other systems: npm leaves them out.
const current = wanted.every(([path, { version, optional }]) =>
  installed[path] === undefined ? optional === true : installed[path].version === version,
);
process.exit(wanted.length > 0 && current ? 0 : 1);
