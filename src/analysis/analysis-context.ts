// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../tracing/syscall-table.js";
import type { RunOptions } from "../workload/run-options.js";
import type { Workload } from "../workload/workload.js";
import type { ObservationRequest } from "./analysis.js";
import { type Isolation, limitRun } from "./isolation.js";
import type { Journal } from "./journal.js";

/** What all runs of one analysis have in common. */
export interface AnalysisContext<Request extends ObservationRequest = ObservationRequest> {
  readonly request: Request;
  /** As it runs: adapted to its isolation. */
  readonly workload: Workload;
  readonly isolation: Isolation;
  readonly architecture: Architecture;
  /** How many runs at the same time the user or the machine allows. */
  readonly jobs: number;
  readonly journal: Journal;
}

/** The options that are the same for every run. */
export function toRunOptions({
  request,
  isolation,
  jobs,
}: AnalysisContext): Pick<RunOptions, "considered" | "sandbox" | "limits" | "detach"> {
  return {
    considered: request.considered.map(({ pattern }) => pattern),
    ...(isolation.sandbox && { sandbox: isolation.sandbox }),
    ...(request.detach && { detach: request.detach }),
    limits: limitRun(jobs),
  };
}
