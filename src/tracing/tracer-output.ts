// SPDX-License-Identifier: GPL-3.0-or-later
import { writeFile } from "node:fs/promises";
import type { Options } from "execa";
import { EnvironmentError } from "../errors.js";
import { OutputPipe } from "./output-pipe.js";
import { OutputTail } from "./output-tail.js";
import type { OutputDestination } from "./trace-request.js";

/** How long output may still arrive when the tracer has ended. */
const DRAIN_SECONDS = 2;

/** What is left of a run's output. */
export interface KeptOutput {
  readonly outputTail: string;
  readonly stdoutTail?: string;
}

/** Takes the output of one run to its destination. */
export interface TracerOutput {
  /** For the child's start. */
  readonly stdio: Pick<Options, "stdout" | "stderr">;
  /** To be called when the child has been started. */
  started(): void;
  /** To be called when the child has ended. */
  finish(): Promise<KeptOutput>;
}

async function writeTail(file: string, tail: OutputTail): Promise<void> {
  const note = tail.dropped > 0 ? `[${tail.dropped} earlier bytes left out]\n` : "";
  try {
    await writeFile(file, Buffer.concat([Buffer.from(note), tail.read()]));
  } catch (cause) {
    throw new EnvironmentError(`cannot write the log ${file}: ${(cause as Error).message}`, { cause });
  }
}

async function openTail(
  output: Extract<OutputDestination, { kind: "tail" }>,
  directory: string,
): Promise<TracerOutput> {
  const all = new OutputTail(output.keepBytes);
  const stdoutOnly = new OutputTail(output.streams === "apart" ? output.keepBytes : 0);
  const first = await OutputPipe.open(directory, "stdout", [all, stdoutOnly]);
  const pipes = output.streams === "apart" ? [first, await OutputPipe.open(directory, "stderr", [all])] : [first];
  return {
    stdio: { stdout: first.writeEnd, stderr: (pipes[1] ?? first).writeEnd },
    started: () => {
      for (const pipe of pipes) {
        pipe.closeWriteEnd();
      }
    },
    finish: async () => {
      await Promise.all(pipes.map((pipe) => pipe.drain(DRAIN_SECONDS)));
      if (output.file !== undefined) {
        await writeTail(output.file, all);
      }
      return {
        outputTail: all.read().toString("utf8"),
        ...(output.streams === "apart" && { stdoutTail: stdoutOnly.read().toString("utf8") }),
      };
    },
  };
}

/** Prepares the destination; `directory` is private to the run. Throws EnvironmentError. */
export async function openOutput(output: OutputDestination, directory: string): Promise<TracerOutput> {
  if (output.kind === "tail") {
    return openTail(output, directory);
  }
  const stdio =
    output.kind === "stderr"
      ? { stdout: 2 as const, stderr: 2 as const }
      : { stdout: output.kind, stderr: output.kind };
  return { stdio, started: () => undefined, finish: async () => ({ outputTail: "" }) };
}
