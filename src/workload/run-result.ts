// SPDX-License-Identifier: GPL-3.0-or-later
import { nameSignal } from "../tracing/signals.js";
import type { TraceReport } from "../tracing/trace-report.js";
import { describeLoss, type Loss } from "./test-results/losses.js";
import type { TestResults } from "./test-results/test-results.js";

/** How a program of the workload ended: one of the two is null. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: number | null;
}

/** Why a run counts as failed. */
export type RunFailure =
  | ({ readonly kind: "command" } & ProgramEnd)
  | { readonly kind: "death"; readonly path: string; readonly signal: number }
  /** A considered process exited with a status that none has in the baseline. */
  | { readonly kind: "exit"; readonly path: string; readonly exitCode: number }
  /** Tests that passed in the baseline do not any more; at least one. */
  | { readonly kind: "tests"; readonly losses: readonly Loss[] }
  | { readonly kind: "time-limit"; readonly seconds: number }
  | { readonly kind: "quiet"; readonly seconds: number }
  /** All processes waited for each other, or for something that does not come. */
  | { readonly kind: "stall"; readonly seconds: number }
  /** A process used more processor time than that. */
  | { readonly kind: "spin"; readonly process: string; readonly seconds: number }
  | { readonly kind: "limit"; readonly what: "processes" | "memory" }
  | { readonly kind: "cannot-execute"; readonly message: string }
  | { readonly kind: "not-ready"; readonly seconds: number }
  | ({ readonly kind: "server-ended" } & ProgramEnd)
  | ({ readonly kind: "test-script" } & ProgramEnd);

/** What the processes of a run did; sampled, so that what is short is missing. */
export interface RunActivity {
  /** The longest time in which none of them had or wanted a processor or a disk. */
  readonly stalledSeconds: number;
  /** The most processor time that a process of each name used. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
  /** The longest time that a process of each name went on that used a processor for a good part of it. */
  readonly busySeconds: ReadonlyMap<string, number>;
}

/** One run of a workload. */
export interface RunResult {
  readonly passed: boolean;
  /** Present exactly when the run did not pass. */
  readonly failure?: RunFailure;
  /** Of the application (the suite, or the server). */
  readonly report: TraceReport;
  /** Wall-clock time of the whole run. */
  readonly seconds: number;
  /** The longest time in which the run printed nothing. */
  readonly quietSeconds: number;
  readonly activity: RunActivity;
  /** What the suite said of its tests, where that was read. */
  readonly tests?: TestResults;
  /** The last output of the run, the test script's included. */
  readonly logTail: string;
  /** The last standard output of the test script or the benchmark, where a number may be printed. */
  readonly output?: string;
}

function describeEnd({ exitCode, signal }: ProgramEnd): string {
  return signal === null ? `exit status ${exitCode}` : `killed by ${nameSignal(signal)}`;
}

function describeLosses(losses: readonly Loss[]): string {
  const [first] = losses;
  const more = losses.length > 1 ? `, and ${losses.length - 1} more` : "";
  return `${first === undefined ? "tests were lost" : describeLoss(first)}${more}`;
}

/** Says in a few words why a run failed. */
export function describeFailure(failure: RunFailure): string {
  switch (failure.kind) {
    case "command":
      return describeEnd(failure);
    case "death":
      return `${failure.path} was killed by ${nameSignal(failure.signal)}`;
    case "exit":
      return `${failure.path} exited with status ${failure.exitCode}, which it does not do by itself`;
    case "tests":
      return describeLosses(failure.losses);
    case "quiet":
      return `nothing was printed for ${failure.seconds.toFixed(1)} s`;
    case "stall":
      return `every process waited for ${failure.seconds.toFixed(1)} s`;
    case "spin":
      return `${failure.process} went on for ${failure.seconds.toFixed(1)} s of processor time`;
    case "limit":
      return failure.what === "processes"
        ? "more processes at once than a run may have"
        : "more memory than a run may have";
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
