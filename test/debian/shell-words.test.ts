// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { splitShellWords } from "../../src/debian/shell-words.js";

describe("splitShellWords", () => {
  it.each([
    ["", []],
    ["  \n ", []],
    ["--observe --replicas 1", ["--observe", "--replicas", "1"]],
    [`--consider '*/a b' "c \\" d"`, ["--consider", "*/a b", 'c " d']],
    [`a\\ b''c "" d`, ["a bc", "", "d"]],
    [`'$HOME' "\\n" \\$x`, ["$HOME", "\\n", "$x"]],
  ])("splits %j as a shell does, without expansion", (text, words) => {
    expect(splitShellWords(text, "DEB_LOUPE_OPTIONS")).toEqual(words);
  });

  it.each([`'open`, `a "b`, `a\\`])("refuses %j, naming where it comes from", (text) => {
    expect(() => splitShellWords(text, "DEB_LOUPE_OPTIONS")).toThrow(/^DEB_LOUPE_OPTIONS: .*not closed/);
  });
});
