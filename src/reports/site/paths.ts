// SPDX-License-Identifier: GPL-3.0-or-later
// Where the page of something is. Each path follows from the name alone, so that links need no table of pages; templates/site/site.js
// knows the rule for plain names, too.
import { createHash } from "node:crypto";
import type { FeatureKind } from "../../analysis/feature.js";
import { showText } from "./html.js";

const LONGEST_NAME = 100;
const HASH_DIGITS = 20;

/** Lower case alone: file systems that ignore case must not take two names for one. Nothing that a URL would need to escape. */
const PLAIN = /^[a-z0-9](?:[a-z0-9_.+-]*[a-z0-9_+-])?$/;

/** `index` is the list of all, the others are devices on Windows. */
const RESERVED = /^(?:index|con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/** Whether a name is the name of its file. */
export function isPlainName(name: string): boolean {
  return name.length <= LONGEST_NAME && PLAIN.test(name) && !RESERVED.test(name);
}

/** A file name without its suffix. `~` is in no plain name, so that no name can be made to look like another one's file. */
function toFileName(name: string): string {
  if (isPlainName(name)) {
    return name;
  }
  const readable = showText(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  // Of the code units: in UTF-8 all broken characters would be the same.
  return `${readable === "" ? "x" : readable}~${createHash("sha256").update(name, "utf16le").digest("hex").slice(0, HASH_DIGITS)}`;
}

/** A directory of its own for each letter, as in the pool of a Debian archive. */
function toPool(file: string): string {
  const [pool = "x"] = /^lib[a-z0-9]|^./.exec(file) ?? [];
  return pool;
}

/** The directories of the pages about features. */
export const FEATURE_DIRECTORIES: Readonly<Record<FeatureKind, string>> = {
  syscall: "calls",
  "sub-feature": "sub-features",
  "pseudo-file": "pseudo-files",
};

export function packagePath(name: string): string {
  const file = toFileName(name);
  return `packages/${toPool(file)}/${file}.html`;
}

export function featurePath(kind: FeatureKind, name: string): string {
  return `${FEATURE_DIRECTORIES[kind]}/${toFileName(name)}.html`;
}

export function systemPath(name: string): string {
  return `systems/${toFileName(name)}.html`;
}

export function figurePath(workload: string, name: string): string {
  return `figures/${workload}/${toFileName(name)}.html`;
}

/** The same path with another suffix. */
export function withSuffix(path: string, suffix: string): string {
  return path.replace(/\.html$/, suffix);
}

/** What leads from a page to the root of the site. */
export function rootOf(path: string): string {
  return "../".repeat(path.split("/").length - 1);
}
