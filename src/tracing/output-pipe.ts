// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from "node:events";
import { constants, createWriteStream, openSync, type WriteStream } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";

/** Takes what a child writes, piece by piece. */
export interface OutputSink {
  append(chunk: Buffer): void;
}

/**
 * A pipe for the output of a child. Node gives children socket pairs, and a program that opens /dev/stdout or /dev/stderr, as
 * test suites do, gets ENXIO from a socket; a suite that passes in a shell would fail here.
 */
export class OutputPipe {
  private constructor(
    private readonly reader: Socket,
    /** What a child gets as its standard output or standard error. */
    readonly writeEnd: WriteStream,
  ) {}

  /** Makes a pipe whose output goes to all `sinks`. Throws EnvironmentError when the directory cannot hold a FIFO. */
  static async open(directory: string, name: string, sinks: readonly OutputSink[]): Promise<OutputPipe> {
    const path = join(directory, name);
    try {
      await execa("mkfifo", ["--mode=600", path]);
      // The read end comes first and does not wait for a writer; the write end then finds its reader.
      const reader = new Socket({
        fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
        readable: true,
        writable: false,
      });
      const writeEnd = createWriteStream(path);
      await once(writeEnd, "open");
      reader.on("data", (chunk: Buffer) => {
        for (const sink of sinks) {
          sink.append(chunk);
        }
      });
      return new OutputPipe(reader, writeEnd);
    } catch (cause) {
      throw new EnvironmentError(`cannot make a pipe in ${directory}: ${describeCause(cause)}; set TMPDIR`, {
        cause,
      });
    }
  }

  /** To be called when the child has its copy: the pipe ends with its last writer. */
  closeWriteEnd(): void {
    this.writeEnd.destroy();
  }

  /** Waits for the end of the output, but not for a process that escaped and still holds the pipe. */
  async drain(limitSeconds: number): Promise<void> {
    const timer = setTimeout(() => this.reader.destroy(), limitSeconds * 1000);
    if (!this.reader.closed) {
      await once(this.reader, "close");
    }
    clearTimeout(timer);
  }
}
