// SPDX-License-Identifier: GPL-3.0-or-later
import { fstatSync, writeFileSync } from "node:fs";
import { EnvironmentError } from "../errors.js";

const STANDARD_OUTPUT = 1;

function explain(cause: Error): EnvironmentError {
  return new EnvironmentError(`cannot write to standard output, and what was written is not whole: ${cause.message}`, {
    cause,
  });
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

/**
 * Writes a result to standard output and waits until it is written; a reader that has gone away is no error. Throws EnvironmentError when it
 * cannot be written, such as to a full disk.
 */
export async function printResult(text: string): Promise<void> {
  await printBytes(text);
}

/** The same for a result that need not be text. */
export async function printBytes(bytes: string | Uint8Array): Promise<void> {
  if (takesAllAtOnce()) {
    writeAtOnce(bytes);
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException | null): void => {
      if (error && error.code !== "EPIPE") {
        reject(explain(error));
      } else {
        resolve();
      }
    };
    process.stdout.once("error", settle);
    process.stdout.write(bytes, settle);
  });
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
