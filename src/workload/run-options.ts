// SPDX-License-Identifier: GPL-3.0-or-later
import type {
  ConsideredPatterns,
  DiscoverMode,
  ExtraRecord,
  RecordedArguments,
  Rule,
  Sandbox,
} from "../tracing/trace-request.js";
import type { Expectation } from "./expectation.js";

/** What one run may use at once. */
export interface RunLimits {
  readonly processes: number;
  readonly residentKiB: number;
}

/** What is watched and changed in one run of a workload. */
export interface RunOptions {
  readonly considered: ConsideredPatterns;
  readonly discover: DiscoverMode;
  readonly timeLimitSeconds: number;
  readonly rules?: readonly Rule[];
  readonly record?: readonly ExtraRecord[];
  readonly recordArguments?: readonly RecordedArguments[];
  readonly detach?: readonly string[];
  /** Without one, the run happens in the tree itself. */
  readonly sandbox?: Sandbox;
  readonly limits?: RunLimits;
  /** What the workload does when nothing is interposed: what the run is held against. */
  readonly expected?: Expectation;
  /** Whether a run that is lost is ended at once (the default), or goes on so that all tests that are lost can be told. */
  readonly whenLost?: "end" | "go-on";
  /** An empty directory that receives the run's log (`log`) and the results of its tests. Without one, no results are read. */
  readonly runDirectory?: string;
  readonly signal?: AbortSignal;
}
