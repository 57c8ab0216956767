// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { toConsideredPattern } from "../../src/cli/considered-option.js";
import { UsageError } from "../../src/errors.js";

test.each([
  ["/usr/bin/awk", "/usr/bin/awk"],
  ["./prog", "/home/me/prog"],
  ["../prog", "/home/prog"],
  ["src/*.sh", "/home/me/src/*.sh"],
  ["prog", "*/prog"],
  ["*-debug", "*-debug"],
  ["*/bin/prog", "*/bin/prog"],
])("%s means %s", (option, pattern) => {
  expect(toConsideredPattern(option, "/home/me")).toBe(pattern);
});

test("an empty option is refused", () => {
  expect(() => toConsideredPattern("", "/home/me")).toThrow(UsageError);
});
