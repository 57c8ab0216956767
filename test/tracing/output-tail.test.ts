// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { OutputTail } from "../../src/tracing/output-tail.js";

test("keeps the end, whatever the pieces", () => {
  const tail = new OutputTail(5);
  for (const piece of ["ab", "", "cdefgh", "i", "jk"]) {
    tail.append(Buffer.from(piece));
  }
  expect(tail.read().toString()).toBe("ghijk");
  expect(tail.dropped).toBe(6);
});

test("keeps everything where there is room", () => {
  const tail = new OutputTail(100);
  tail.append(Buffer.from("ab"));
  expect(tail.read().toString()).toBe("ab");
  expect(tail.dropped).toBe(0);
});

test("may be told to keep nothing", () => {
  const tail = new OutputTail(0);
  tail.append(Buffer.from("ab"));
  tail.append(Buffer.from("cd"));
  expect(tail.read().length).toBe(0);
  expect(tail.dropped).toBe(4);
});
