// SPDX-License-Identifier: GPL-3.0-or-later
import { fstatSync, writeFileSync } from "node:fs";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";

const STANDARD_OUTPUT = 1;

function explain(cause: Error): EnvironmentError {
  return new EnvironmentError(
    `cannot write to standard output, and what was written is not whole: ${describeCause(cause)}`,
    {
      cause,
    },
  );
}

/**
 * Whether standard output takes everything at once, as a file does, or says why not. Node.js writes to such a stream once, so that what
 * did not fit onto a full disk would be missing without a word.
 */
function takesAllAtOnce(): boolean {
  const status = fstatSync(STANDARD_OUTPUT);
  return status.isFile() || (status.isCharacterDevice() && !process.stdout.isTTY);
}

/** Writes all of it. Throws EnvironmentError. */
function writeAtOnce(bytes: string | Uint8Array): void {
  try {
    writeFileSync(STANDARD_OUTPUT, bytes);
  } catch (cause) {
    throw explain(cause as Error);
  }
}

/** Writes bytes and waits until they are written. Returns whether somebody reads them. Throws EnvironmentError. */
async function writeBytes(bytes: string | Uint8Array): Promise<boolean> {
  if (takesAllAtOnce()) {
    writeAtOnce(bytes);
    return true;
  }
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null): void => {
      // An error is told here first and then as an event, which somebody has to listen to.
      if (!error) {
        process.stdout.off("error", settle);
        resolve(true);
      } else if (error.code === "EPIPE") {
        resolve(false);
      } else {
        reject(explain(error));
      }
    };
    process.stdout.once("error", settle);
    process.stdout.write(bytes, settle);
  });
}

/**
 * Writes a result to standard output and waits until it is written; a reader that has gone away is no error. Throws EnvironmentError when it
 * cannot be written, such as to a full disk.
 */
export async function printResult(text: string): Promise<void> {
  await writeBytes(text);
}

/** The same for a result that need not be text. */
export async function printBytes(bytes: string | Uint8Array): Promise<void> {
  await writeBytes(bytes);
}

/** The same for a result that comes in parts, until the reader goes away. Returns the number of parts. */
export async function printParts(parts: AsyncIterable<string>): Promise<number> {
  let count = 0;
  for await (const part of parts) {
    count++;
    if (!(await writeBytes(part))) {
      break;
    }
  }
  return count;
}

/** Writes a text that was asked for, such as a help text, without waiting for a slow reader. Throws EnvironmentError. */
export function printText(text: string): void {
  if (takesAllAtOnce()) {
    writeAtOnce(text);
  } else {
    process.stdout.write(text);
  }
}

/** Writes a line for a person to standard error. */
export function printMessage(text: string): void {
  process.stderr.write(`loupe: ${text}\n`);
}
