// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError, TracerError } from "../errors.js";
import type { TracedDeath, TracedExit, TraceEnd } from "../tracing/trace-report.js";
import type { Expectation } from "./expectation.js";
import type { RunFailure } from "./run-result.js";

/** Throws InterruptedError when the caller has ended the work. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new InterruptedError("interrupted: everything that was started has been ended");
  }
}

/** How long a signal that has ended a tracer may take to come to us: a terminal sends it to both, in no order. */
const SIGNAL_MILLISECONDS = 500;

/** Waits for that signal where a tracer that we have not ended was: whoever did so may have ended the caller, too. */
export async function awaitSignal({ reason }: TraceEnd, signal: AbortSignal | undefined): Promise<void> {
  if (reason === "terminated" && signal?.aborted === false) {
    await Promise.race([once(signal, "abort"), sleep(SIGNAL_MILLISECONDS)]);
  }
}

/**
 * What the end of a command says about success, or undefined when it succeeded.
 * Throws TracerError when somebody else ended the tracer.
 */
export function judgeEnd(end: TraceEnd, timeLimitSeconds: number): RunFailure | undefined {
  switch (end.reason) {
    case "exited":
    case "signaled":
      return end.exitCode === 0 ? undefined : { kind: "command", exitCode: end.exitCode, signal: end.signal };
    case "time-limit":
      return { kind: "time-limit", seconds: timeLimitSeconds };
    case "process-limit":
      return { kind: "limit", what: "processes" };
    case "memory-limit":
      return { kind: "limit", what: "memory" };
    case "death":
    case "exit":
      // The deaths and exits themselves tell which it was.
      return undefined;
    case "cannot-execute":
      return { kind: "cannot-execute", message: end.message ?? "the command cannot be executed" };
    case "terminated":
      throw new TracerError("the tracer was ended from outside while it followed a run");
    case "environment":
    case "failed":
      throw new TracerError(`the tracer failed: ${end.message ?? "no reason was given"}`);
  }
}

/** The first death that does not belong to the workload. */
export function judgeDeaths(deaths: readonly TracedDeath[], known: Expectation["deaths"] = []): RunFailure | undefined {
  const isKnown = (death: TracedDeath): boolean =>
    known.some(({ path, signal }) => path === death.path && signal === death.signal);
  const unexpected = deaths.find((death) => !isKnown(death));
  return unexpected && { kind: "death", path: unexpected.path, signal: unexpected.signal };
}

/** The first exit of a considered process with a status that the baseline does not know. */
export function judgeExits(exits: readonly TracedExit[], known: Expectation["exits"]): RunFailure | undefined {
  const unexpected = known && exits.find(({ exitCode }) => !known.has(exitCode));
  return unexpected && { kind: "exit", path: unexpected.path, exitCode: unexpected.exitCode };
}
