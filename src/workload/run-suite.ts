// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceReport } from "../tracing/trace-report.js";
import { startTracer } from "../tracing/tracer.js";
import { ActivityWatch } from "./activity-watch.js";
import type { Expectation } from "./expectation.js";
import { awaitSignal, judgeDeaths, judgeEnd, judgeExits, throwIfInterrupted } from "./judge.js";
import { LOG_TAIL_BYTES } from "./log.js";
import { OutputWatch } from "./output-watch.js";
import type { RunOptions } from "./run-options.js";
import type { RunFailure, RunResult } from "./run-result.js";
import { prepareResults, type ResultsOfRun } from "./suite-results.js";
import { isExplainedByFlakyTests } from "./test-results/flaky-failures.js";
import { findLosses } from "./test-results/losses.js";
import type { TestResults } from "./test-results/test-results.js";
import { toTraceRequest } from "./trace-run.js";
import type { SuiteWorkload } from "./workload.js";

function addKept(sandbox: RunOptions["sandbox"], results: ResultsOfRun | undefined): Pick<RunOptions, "sandbox"> {
  return sandbox === undefined ? {} : { sandbox: { ...sandbox, keep: [...sandbox.keep, ...(results?.keep ?? [])] } };
}

/** Tests that were lost say more than the exit status that follows from them; a flaky test's failure says nothing. */
function judgeTests(
  ending: RunFailure | undefined,
  tests: TestResults | undefined,
  expected: Expectation | undefined,
): RunFailure | undefined {
  if (tests === undefined || expected === undefined || (ending !== undefined && ending.kind !== "command")) {
    return ending;
  }
  const losses = findLosses(expected.tests, tests);
  if (losses.length > 0) {
    return { kind: "tests", losses };
  }
  return ending !== undefined && isExplainedByFlakyTests(expected.tests, tests) ? undefined : ending;
}

/** What the output is watched for: losses only where they end the run. */
function watchedBy({ expected, whenLost }: RunOptions): Expectation | undefined {
  return expected && whenLost === "go-on" ? { ...expected, tests: [] } : expected;
}

/** What a process of the program did comes before all that follows from it, so that the same failure has the same reason. */
function judge(
  report: TraceReport,
  tests: TestResults | undefined,
  givenUp: RunFailure | undefined,
  { expected, timeLimitSeconds }: RunOptions,
): RunFailure | undefined {
  return (
    judgeDeaths(report.deaths, expected?.deaths) ??
    judgeExits(report.exits, expected?.exits) ??
    givenUp ??
    judgeTests(judgeEnd(report.end, timeLimitSeconds), tests, expected)
  );
}

/**
 * Runs a suite once under the tracer. A failing suite is a result, not an error. As soon as a test that always passed before
 * is reported as lost, or nothing happens any more, the run is ended: it has failed.
 * Throws InterruptedError, EnvironmentError when results cannot be kept, and what `startTracer` throws.
 */
export async function runSuite(workload: SuiteWorkload, options: RunOptions): Promise<RunResult> {
  throwIfInterrupted(options.signal);
  const { runDirectory } = options;
  const results = runDirectory === undefined ? undefined : await prepareResults(workload, { ...options, runDirectory });
  const prepared = { ...workload, ...(results && { command: results.command, environment: results.environment }) };
  let stop = (): void => undefined;
  const output = new OutputWatch(watchedBy(options), () => stop());
  const tracer = await startTracer({
    ...toTraceRequest(prepared, { ...options, ...addKept(options.sandbox, results) }),
    timeLimitSeconds: options.timeLimitSeconds,
    output: {
      kind: "tail",
      streams: workload.kind === "benchmark" ? "apart" : "together",
      keepBytes: LOG_TAIL_BYTES,
      onOutput: output.feed,
      ...(results && { file: results.logFile }),
    },
  });
  stop = () => tracer.stop();
  const activity = new ActivityWatch();
  activity.follow(tracer.pid);
  activity.limit(options.expected, stop);
  const { report, outputTail, stdoutTail } = await tracer.result.finally(() => {
    output.close();
    activity.close();
  });
  const givenUp = output.failure ?? activity.failure;
  if (givenUp === undefined) {
    await awaitSignal(report.end, options.signal);
  }
  throwIfInterrupted(options.signal);
  const tests = await results?.collect();
  const failure = judge(report, tests, givenUp, options);
  return {
    passed: failure === undefined,
    ...(failure && { failure }),
    report,
    seconds: report.end.seconds,
    quietSeconds: output.close(),
    activity: activity.close(),
    ...(tests && { tests }),
    logTail: outputTail,
    ...(stdoutTail !== undefined && { output: stdoutTail }),
  };
}
