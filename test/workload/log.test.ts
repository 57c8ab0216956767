// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { quoteLastLines } from "../../src/workload/log.js";

test("quotes the last lines without terminal sequences, control characters and empty lines", () => {
  expect(quoteLastLines("\u001b[31mred\u001b[0m\r\n\n\n  two\u0000\u0007 \n")).toBe("red\n  two?");
});

test("quotes a bounded number of lines of bounded length", () => {
  const quoted = quoteLastLines(Array.from({ length: 50 }, (_, index) => `${index} ${"x".repeat(1000)}`).join("\n"));
  expect(quoted.split("\n")).toHaveLength(8);
  expect(quoted.length).toBeLessThan(8 * 210);
  expect(quoted).toContain("49 x");
});

test("nothing printed, nothing quoted", () => {
  expect(quoteLastLines(" \n\t\n")).toBe("");
});
