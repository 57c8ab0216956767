// SPDX-License-Identifier: GPL-3.0-or-later
// Files that somebody damaged: each gives a report or a sentence, in time, and the scanner is never killed by a signal.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { UsageError } from "../../src/errors.js";
import { scanFile } from "../../src/static/scan.js";
import { openScratch } from "../support/scratch.js";

const PROGRAM = "/usr/bin/gzip";

/** The place of a field of a section's header in the file: ELF64, elf(5). */
async function findSectionField(bytes: Buffer, name: string, field: number): Promise<number> {
  const [table, count, names] = [Number(bytes.readBigUInt64LE(40)), bytes.readUInt16LE(60), bytes.readUInt16LE(62)];
  const strings = Number(bytes.readBigUInt64LE(table + 64 * names + 24));
  for (let index = 0; index < count; index++) {
    const header = table + 64 * index;
    const start = strings + bytes.readUInt32LE(header);
    if (bytes.subarray(start, bytes.indexOf(0, start)).toString() === name) {
      return header + field;
    }
  }
  throw new Error(`no section ${name}`);
}

const [ADDRESS, SIZE] = [16, 32];

async function scanBytes(bytes: Uint8Array): Promise<"report" | "refused"> {
  const scratch = await openScratch();
  const file = await scratch.file("damaged", bytes);
  return scanFile(file).then(
    () => "report" as const,
    (error) => {
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toContain(file);
      return "refused" as const;
    },
  );
}

test("a table of stubs that overlaps what follows", async () => {
  const bytes = await readFile(PROGRAM);
  const at = await findSectionField(bytes, ".plt", ADDRESS);
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) + 0x3an, at);
  expect(await scanBytes(bytes)).toBe("report");
});

test.each([".plt", ".text", ".eh_frame", ".rela.dyn", ".dynsym", ".dynamic"])(
  "%s that is said to be huge",
  async (name) => {
    const bytes = await readFile(PROGRAM);
    bytes.writeBigUInt64LE(0x26000000000020n, await findSectionField(bytes, name, SIZE));
    await scanBytes(bytes);
  },
);

test("bytes that changed anywhere, and files that end early", async () => {
  const original = await readFile(PROGRAM);
  let state = 20241125;
  const random = (limit: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % limit;
  };
  const outcomes = new Set<string>();
  for (let round = 0; round < 16; round++) {
    const length = round % 4 === 0 ? random(original.length) : original.length;
    const bytes = Buffer.from(original.subarray(0, length));
    for (let change = 0; change < 1 + (round % 30) && length > 0; change++) {
      // Mostly where headers and tables are.
      const place =
        change % 3 === 0
          ? random(length)
          : change % 3 === 1
            ? random(Math.min(length, 4096))
            : length - 1 - random(Math.min(length, 2000));
      bytes[place] = random(256);
    }
    outcomes.add(await scanBytes(bytes));
  }
  expect(outcomes).toEqual(new Set(["report", "refused"]));
});
