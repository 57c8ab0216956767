// SPDX-License-Identifier: GPL-3.0-or-later
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError } from "../../errors.js";

async function writeStdout(parts: AsyncIterable<string | Buffer>): Promise<void> {
  try {
    await pipeline(Readable.from(parts), process.stdout, { end: false });
  } catch (cause) {
    // A reader that has seen enough.
    if ((cause as NodeJS.ErrnoException).code !== "EPIPE") {
      throw cause;
    }
  }
}

/** Writes parts to a file, which is there whole or not at all, or to standard output. Throws EnvironmentError. */
export async function writeStream(file: string | undefined, parts: AsyncIterable<string | Buffer>): Promise<void> {
  if (file === undefined) {
    return writeStdout(parts);
  }
  const temporary = `${file}.tmp`;
  try {
    await pipeline(Readable.from(parts), createWriteStream(temporary));
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code } = cause as NodeJS.ErrnoException;
    throw code === undefined ? cause : new EnvironmentError(`cannot write ${file}: ${describeCause(cause)}`, { cause });
  }
}
