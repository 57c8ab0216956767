// SPDX-License-Identifier: GPL-3.0-or-later
import type {
  ConsideredPatterns,
  DiscoverMode,
  ExtraRecord,
  RecordedArguments,
  Rule,
} from "../tracing/trace-request.js";
import type { KnownDeath } from "./run-result.js";

/** What is watched and changed in one run of a workload. */
export interface RunOptions {
  readonly considered: ConsideredPatterns;
  readonly discover: DiscoverMode;
  readonly timeLimitSeconds: number;
  readonly rules?: readonly Rule[];
  readonly record?: readonly ExtraRecord[];
  readonly recordArguments?: readonly RecordedArguments[];
  readonly detach?: readonly string[];
  /** Deaths of considered processes that belong to the workload: they also happen when nothing is interposed. */
  readonly knownDeaths?: readonly KnownDeath[];
  /** Receives the end of the run's output. */
  readonly logFile?: string;
  readonly signal?: AbortSignal;
}
