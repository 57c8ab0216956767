// SPDX-License-Identifier: GPL-3.0-or-later
import { closeSync, openSync, writeSync } from "node:fs";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";
import type { OutputSink } from "./output-pipe.js";

/** A suite that writes without end must not fill the disk. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

/** Receives a run's output as it arrives: its first 64 MiB, and a note where there was more. */
export class LogFile implements OutputSink {
  #written = 0;
  #leftOut = 0;
  #failure: unknown;

  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
  ) {}

  /** Throws EnvironmentError when the file cannot be made. */
  static open(path: string): LogFile {
    try {
      return new LogFile(path, openSync(path, "w"));
    } catch (cause) {
      throw LogFile.#explain(path, cause);
    }
  }

  append(chunk: Buffer): void {
    const piece = chunk.subarray(0, Math.max(0, LARGEST_FILE_BYTES - this.#written));
    this.#written += piece.length;
    this.#leftOut += chunk.length - piece.length;
    this.#write(piece);
  }

  /** Throws EnvironmentError when something could not be written, for example on a full disk. */
  close(): void {
    if (this.#leftOut > 0) {
      this.#write(Buffer.from(`\n[${this.#leftOut} later bytes left out]\n`));
    }
    closeSync(this.descriptor);
    if (this.#failure !== undefined) {
      throw LogFile.#explain(this.path, this.#failure);
    }
  }

  #write(bytes: Buffer): void {
    try {
      for (let done = 0; done < bytes.length && this.#failure === undefined; ) {
        done += writeSync(this.descriptor, bytes, done);
      }
    } catch (error) {
      this.#failure = error;
    }
  }

  static #explain(path: string, cause: unknown): EnvironmentError {
    return new EnvironmentError(`cannot write the log ${path}: ${describeCause(cause)}`, { cause });
  }
}
