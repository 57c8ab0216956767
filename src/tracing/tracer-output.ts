// SPDX-License-Identifier: GPL-3.0-or-later
import { StringDecoder } from "node:string_decoder";
import type { Options } from "execa";
import { LogFile } from "./log-file.js";
import { OutputPipe, type OutputSink } from "./output-pipe.js";
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

type TailOutput = Extract<OutputDestination, { kind: "tail" }>;

function tellListener(onOutput: (text: string) => void): OutputSink {
  const decoder = new StringDecoder("utf8");
  return { append: (chunk) => onOutput(decoder.write(chunk)) };
}

async function openTail(output: TailOutput, directory: string): Promise<TracerOutput> {
  const all = new OutputTail(output.keepBytes);
  const stdoutOnly = new OutputTail(output.streams === "apart" ? output.keepBytes : 0);
  const file = output.file === undefined ? undefined : LogFile.open(output.file);
  const sinks = (): readonly OutputSink[] => [
    all,
    ...(file === undefined ? [] : [file]),
    // Characters may be cut within a pipe: each has a decoder of its own.
    ...(output.onOutput === undefined ? [] : [tellListener(output.onOutput)]),
  ];
  const first = await OutputPipe.open(directory, "stdout", [...sinks(), stdoutOnly]);
  const pipes = output.streams === "apart" ? [first, await OutputPipe.open(directory, "stderr", sinks())] : [first];
  return {
    stdio: { stdout: first.writeEnd, stderr: (pipes[1] ?? first).writeEnd },
    started: () => {
      for (const pipe of pipes) {
        pipe.closeWriteEnd();
      }
    },
    finish: async () => {
      await Promise.all(pipes.map((pipe) => pipe.drain(DRAIN_SECONDS)));
      file?.close();
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
