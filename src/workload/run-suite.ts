// SPDX-License-Identifier: GPL-3.0-or-later
import { runTracer } from "../tracing/tracer.js";
import { judgeDeaths, judgeEnd, throwIfInterrupted } from "./judge.js";
import { LOG_TAIL_BYTES } from "./log.js";
import type { RunOptions } from "./run-options.js";
import type { RunResult } from "./run-result.js";
import { toTraceRequest } from "./trace-run.js";
import type { SuiteWorkload } from "./workload.js";

/**
 * Runs a suite once under the tracer. A failing suite is a result, not an error.
 * Throws InterruptedError, and what `runTracer` throws.
 */
export async function runSuite(workload: SuiteWorkload, options: RunOptions): Promise<RunResult> {
  throwIfInterrupted(options.signal);
  const { report, outputTail, stdoutTail } = await runTracer({
    ...toTraceRequest(workload, options),
    timeLimitSeconds: options.timeLimitSeconds,
    output: {
      kind: "tail",
      streams: workload.kind === "benchmark" ? "apart" : "together",
      keepBytes: LOG_TAIL_BYTES,
      ...(options.logFile !== undefined && { file: options.logFile }),
    },
  });
  throwIfInterrupted(options.signal);
  const failure = judgeEnd(report.end, options.timeLimitSeconds) ?? judgeDeaths(report.deaths, options.knownDeaths);
  return {
    passed: failure === undefined,
    ...(failure && { failure }),
    report,
    seconds: report.end.seconds,
    logTail: outputTail,
    ...(stdoutTail !== undefined && { output: stdoutTail }),
  };
}
