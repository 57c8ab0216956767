// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, stat } from "node:fs/promises";
import { describeCause } from "../../describe-cause.js";
import { UsageError } from "../../errors.js";

/** popcon's list of all packages has about 20 MB. */
const LARGEST_BYTES = 128 * 1024 * 1024;

/** A file that a user wrote, and that is not what it should be; the message names file and line. */
export class PlanningInputError extends UsageError {
  override readonly name = "PlanningInputError";
}

/** A line that says something. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Without comment and without spaces at its ends; not empty. */
  readonly text: string;
}

/** Something about a line that a person should know, although the line is used. */
export interface LineNote {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const status = await stat(file);
    if (status.isFile() && status.size > LARGEST_BYTES) {
      throw new PlanningInputError(`${file}: ${status.size} bytes; more than ${LARGEST_BYTES} are not read`);
    }
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof PlanningInputError) {
      throw cause;
    }
    throw new PlanningInputError(`${file}: cannot be read: ${describeCause(cause)}`, { cause });
  }
}

function decode(bytes: Buffer, file: string): string {
  if (bytes.includes(0)) {
    throw new PlanningInputError(`${file}: not a text file; if it is compressed, unpack it first`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlanningInputError(`${file}: not a text in UTF-8`, { cause });
  }
}

/**
 * Reads a text file in which `#` begins a comment. Throws PlanningInputError: not readable, too large, no text.
 */
export async function readTextLines(file: string): Promise<readonly TextLine[]> {
  const text = decode(await readBytes(file), file);
  return text.split(/\r?\n/).flatMap((line, index) => {
    const meaning = line.replace(/#.*$/, "").trim();
    return meaning === "" ? [] : [{ number: index + 1, text: meaning }];
  });
}

/** Quotes a word of a file for a message: shortened, and without control characters. */
export function quoteWord(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 57)}...` : word);
}
