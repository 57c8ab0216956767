// SPDX-License-Identifier: GPL-3.0-or-later
import { TracerError, UsageError } from "../errors.js";
import { quoteLastLines } from "../workload/log.js";
import { describeFailure, type RunResult } from "../workload/run-result.js";

/**
 * Refuses runs from which nothing may be concluded. Throws TracerError when the record is incomplete, UsageError when the
 * workload's command cannot be executed at all.
 */
export function requireConclusive(result: RunResult): RunResult {
  const error = result.report.errors[0];
  if (error !== undefined) {
    throw new TracerError(`the tracer's record of a run is incomplete: ${error.message} (${error.kind})`);
  }
  if (result.failure?.kind === "cannot-execute") {
    throw new UsageError(result.failure.message);
  }
  return result;
}

/** What make, debhelper and others say of being ended themselves. */
const ENDING_LINE = /^(g?make(\[\d+\])?: |SCALAR\(0x)|\bTerminated$/;

/**
 * Why a run failed, with the last lines of its log. Where the run was ended because a process had failed, they are those from
 * before; where it had died, the signal says it all.
 */
export function explainFailure(result: RunResult): string {
  const failure = result.failure ? describeFailure(result.failure) : "failed";
  const kind = result.failure?.kind;
  if (kind === "death") {
    return failure;
  }
  const log = result.logTail.split("\n");
  const lines = quoteLastLines((kind === "exit" ? log.filter((line) => !ENDING_LINE.test(line)) : log).join("\n"));
  return lines === "" ? `${failure}; it printed nothing` : `${failure}; its last lines:\n${lines}`;
}
