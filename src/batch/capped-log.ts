// SPDX-License-Identifier: GPL-3.0-or-later
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";
import { LOG_TAIL_BYTES } from "../workload/log.js";

/** The largest log of one package, by default. */
export const DEFAULT_LOG_BYTES = 4 * 1024 * 1024;

/**
 * A log that never grows beyond its limit: the first half of what was said, and the last half, with a note of what was left out
 * between them.
 */
export class CappedLog {
  readonly #descriptor: number;
  readonly #half: number;
  #written = 0;
  #leftOut = 0;
  /** What comes after the first half, at most another half. */
  #end: Buffer[] = [];
  #endBytes = 0;
  #tail = "";

  /** Throws EnvironmentError when the file cannot be made. */
  constructor(
    readonly path: string,
    limit: number,
  ) {
    this.#half = Math.floor(limit / 2);
    try {
      this.#descriptor = openSync(path, "w");
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  /** The last part of what was said: enough for a quotation. */
  get tail(): string {
    return this.#tail;
  }

  append(chunk: Buffer): void {
    this.#tail = (this.#tail + chunk.toString("utf8")).slice(-LOG_TAIL_BYTES);
    const first = chunk.subarray(0, Math.max(0, this.#half - this.#written));
    this.#write(first);
    this.#written += first.length;
    this.#keep(chunk.subarray(first.length));
  }

  /** A line of our own. */
  note(text: string): void {
    this.append(Buffer.from(`loupe: ${text}\n`));
  }

  /** Writes what was kept of the end. Throws EnvironmentError when that is not possible. */
  close(): void {
    try {
      if (this.#leftOut > 0) {
        this.#write(Buffer.from(`\n[${this.#leftOut} bytes left out]\n`));
      }
      this.#write(Buffer.concat(this.#end));
    } catch (cause) {
      // A log that is cut off would end in the middle of a sentence.
      ftruncateSync(this.#descriptor, this.#written);
      throw cause;
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #keep(chunk: Buffer): void {
    this.#end.push(chunk);
    this.#endBytes += chunk.length;
    while (this.#endBytes > this.#half) {
      const first = this.#end[0] ?? Buffer.alloc(0);
      const cut = Math.min(first.length, this.#endBytes - this.#half);
      this.#end[0] = first.subarray(cut);
      if (cut === first.length) {
        this.#end.shift();
      }
      this.#endBytes -= cut;
      this.#leftOut += cut;
    }
  }

  #write(bytes: Buffer): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done);
      }
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  #explain(cause: unknown): EnvironmentError {
    return new EnvironmentError(`cannot write the log ${this.path}: ${describeCause(cause)}`, { cause });
  }
}
