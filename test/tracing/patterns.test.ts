// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { isGlob, matchesPattern } from "../../src/tracing/patterns.js";

test.each([
  ["/b/prog", "/b/prog", true],
  ["/b/prog", "/b/prog2", false],
  ["*/prog", "/a/b/prog", true],
  ["*/prog", "/a/prog/other", false],
  ["/b/*", "/b/c/d", true],
  ["/b/?rog", "/b/prog", true],
  ["/b/[pq]rog", "/b/qrog", true],
  ["/b/[!pq]rog", "/b/qrog", false],
  ["/b/[a-c]rog", "/b/brog", true],
  ["/b/[]x]", "/b/]", true],
  ["/b/[x", "/b/[x", true],
  ["/b/a.c+*", "/b/a.c+1", true],
  ["/b/a.c+*", "/b/abc+1", false],
  ["/b/*", "/b/line\nbreak", true],
  ["/b/(a|b)*", "/b/(a|b)", true],
])("%s against %j: %s", (pattern, path, expected) => {
  expect(matchesPattern(pattern, [path])).toBe(expected);
});

test("any of an executable's paths is enough", () => {
  expect(matchesPattern("*/run.sh", ["/usr/bin/dash", "/b/run.sh"])).toBe(true);
  expect(matchesPattern("*/run.sh", [])).toBe(false);
});

test("only special characters make a glob", () => {
  expect(isGlob("/b/prog")).toBe(false);
  expect(isGlob("/b/prog*")).toBe(true);
});
