// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { CappedLog } from "../../src/batch/capped-log.js";
import { openScratch } from "../support/scratch.js";

test("a log that fits is kept whole", async () => {
  const scratch = await openScratch();
  const log = new CappedLog(scratch.path("log"), 100);
  log.append(Buffer.from("first\n"));
  log.note("second");
  log.close();
  expect(await readFile(scratch.path("log"), "utf8")).toBe("first\nloupe: second\n");
});

test("of a long one, the first and the last part are kept, with what was left out between them", async () => {
  const scratch = await openScratch();
  const log = new CappedLog(scratch.path("log"), 20);
  for (let number = 0; number < 1000; number++) {
    log.append(Buffer.from(`${String(number).padStart(4, "0")}\n`));
  }
  log.close();
  expect(await readFile(scratch.path("log"), "utf8")).toBe("0000\n0001\n\n[4980 bytes left out]\n0998\n0999\n");
  expect(log.tail.endsWith("0998\n0999\n")).toBe(true);
});

test("a full disk is an error of the environment", () => {
  const log = new CappedLog("/dev/full", 10);
  expect(() => log.append(Buffer.from("x"))).toThrow(/cannot write the log \/dev\/full: no space left/);
});
