// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceReport } from "../tracing/trace-report.js";

/** A way in which considered processes of a program die. */
export interface KnownDeath {
  readonly path: string;
  readonly signal: number;
}

/** Why a run counts as failed. */
export type RunFailure =
  | { readonly kind: "exit-status"; readonly exitCode: number }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "death"; readonly path: string; readonly signal: number }
  | { readonly kind: "time-limit"; readonly seconds: number }
  | { readonly kind: "cannot-execute"; readonly message: string }
  | { readonly kind: "not-ready"; readonly seconds: number }
  | { readonly kind: "server-ended"; readonly exitCode: number | null; readonly signal: number | null }
  | { readonly kind: "test-script"; readonly exitCode: number | null; readonly signal: number | null };

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
  /** The last standard output of the test script (of the suite itself, where there is no script). */
  readonly output: string;
}
