// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceRequest } from "../tracing/trace-request.js";
import type { RunOptions } from "./run-options.js";
import type { Workload } from "./workload.js";

/** The part of a trace request that is the same for every form of workload. */
export function toTraceRequest(
  workload: Workload,
  options: RunOptions,
): Omit<TraceRequest, "output" | "timeLimitSeconds" | "lingerSeconds"> {
  return {
    command: workload.command,
    directory: workload.directory,
    environment: workload.environment,
    considered: options.considered,
    discover: options.discover,
    ...(options.rules && { rules: options.rules }),
    ...(options.record && { record: options.record }),
    ...(options.recordArguments && { recordArguments: options.recordArguments }),
    ...(options.detach && { detach: options.detach }),
    ...(options.runDirectory !== undefined && { scratchDirectory: options.runDirectory }),
    ...(options.sandbox && { sandbox: options.sandbox }),
    ...(options.limits && { processLimit: options.limits.processes, memoryLimitKiB: options.limits.residentKiB }),
    ...(options.expected?.exits && { expectedExits: [...options.expected.exits] }),
    // Where deaths belong to the workload, one more does not mean that the run is lost.
    endOnDeath: options.expected?.deaths.length === 0 && options.whenLost !== "go-on",
    ...(options.signal && { signal: options.signal }),
  };
}
