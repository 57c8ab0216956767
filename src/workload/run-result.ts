// SPDX-License-Identifier: GPL-3.0-or-later
import { nameSignal } from "../tracing/signals.js";
import type { TraceReport } from "../tracing/trace-report.js";

/** A way in which considered processes of a program die. */
export interface KnownDeath {
  readonly path: string;
  readonly signal: number;
}

/** How a program of the workload ended: one of the two is null. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: number | null;
}

/** Why a run counts as failed. */
export type RunFailure =
  | ({ readonly kind: "command" } & ProgramEnd)
  | { readonly kind: "death"; readonly path: string; readonly signal: number }
  | { readonly kind: "time-limit"; readonly seconds: number }
  | { readonly kind: "cannot-execute"; readonly message: string }
  | { readonly kind: "not-ready"; readonly seconds: number }
  | ({ readonly kind: "server-ended" } & ProgramEnd)
  | ({ readonly kind: "test-script" } & ProgramEnd);

/** One run of a workload. */
export interface RunResult {
  readonly passed: boolean;
  /** Present exactly when the run did not pass. */
  readonly failure?: RunFailure;
  /** Of the application (the suite, or the server). */
  readonly report: TraceReport;
  /** Wall-clock time of the whole run. */
  readonly seconds: number;
  /** The last output of the run, the test script's included. */
  readonly logTail: string;
  /** The last standard output of the test script or the benchmark, where a number may be printed. */
  readonly output?: string;
}

function describeEnd({ exitCode, signal }: ProgramEnd): string {
  return signal === null ? `exit status ${exitCode}` : `killed by ${nameSignal(signal)}`;
}

/** Says in a few words why a run failed. */
export function describeFailure(failure: RunFailure): string {
  switch (failure.kind) {
    case "command":
      return describeEnd(failure);
    case "death":
      return `${failure.path} was killed by ${nameSignal(failure.signal)}`;
    case "time-limit":
      return `not finished after ${failure.seconds.toFixed(1)} s`;
    case "cannot-execute":
      return failure.message;
    case "not-ready":
      return `the server was not ready after ${failure.seconds.toFixed(1)} s`;
    case "server-ended":
      return `the server ended by itself: ${describeEnd(failure)}`;
    case "test-script":
      return `the test script failed: ${describeEnd(failure)}`;
  }
}
