// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { groupBy } from "../src/group-by.js";

test("keeps the order of items, and of keys by their first item", () => {
  const groups = groupBy(["pear", "apple", "plum", "avocado"], (word) => word[0]);
  expect([...groups]).toEqual([
    ["p", ["pear", "plum"]],
    ["a", ["apple", "avocado"]],
  ]);
  expect([...groupBy([], String)]).toEqual([]);
});
