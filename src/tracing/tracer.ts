// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type Options } from "execa";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError, InterruptedError, TracerError } from "../errors.js";
import { parseCapabilities, parseReport } from "./report-parser.js";
import type { TraceReport, TraceResult, TracerCapabilities } from "./trace-report.js";
import type { Sandbox, TraceRequest } from "./trace-request.js";
import { formatSandbox, formatTracerArguments } from "./tracer-arguments.js";
import { findTracer } from "./tracer-binary.js";
import { openOutput, type TracerOutput } from "./tracer-output.js";

/** A tracer that runs. */
export interface TracerProcess {
  /** The tracer's own process id: the TracerPid of everything that it follows. */
  readonly pid: number;
  /** Ends the whole tree; `result` still settles. */
  stop(): void;
  /** The finished run. Rejects with EnvironmentError or TracerError. */
  readonly result: Promise<TraceResult>;
}

/** A report holds a few lines for each pair of executable and call; this much is no report any more. */
const LARGEST_REPORT_BYTES = 256 * 1024 * 1024;

/**
 * The tracer ends its tree after the grace time; when it does not, it is killed, and the kernel kills the tree, but then there
 * is no report. A thousand processes of a fork bomb take their time on a busy machine.
 */
const KILL_DELAY_SECONDS = 60;
const DEFAULT_GRACE_SECONDS = 2;

async function readReport(file: string, stderr: string): Promise<TraceReport> {
  const size = await stat(file).then(
    (status) => status.size,
    () => 0,
  );
  if (size === 0) {
    throw new TracerError(`the tracer wrote no report: ${stderr.trim() || "it was killed"}`);
  }
  if (size > LARGEST_REPORT_BYTES) {
    throw new TracerError(`the tracer's report is larger than ${LARGEST_REPORT_BYTES} bytes`);
  }
  const report = parseReport(await readFile(file, "utf8"));
  if (report.end.reason === "environment") {
    throw new EnvironmentError(`this machine does not let us trace: ${report.end.message ?? "no reason was given"}`);
  }
  if (report.end.reason === "failed") {
    throw new TracerError(`the tracer failed: ${report.end.message ?? "no reason was given"}`);
  }
  return report;
}

function toOptions(request: TraceRequest, output: TracerOutput): Options {
  return {
    ...(request.directory !== undefined && { cwd: request.directory }),
    ...(request.environment !== undefined && { env: { ...request.environment }, extendEnv: false }),
    stdin: request.stdin ?? "ignore",
    ...output.stdio,
    buffer: false,
    reject: false,
    forceKillAfterDelay: ((request.graceSeconds ?? DEFAULT_GRACE_SECONDS) + KILL_DELAY_SECONDS) * 1000,
  };
}

async function makeReportDirectory(parent: string = tmpdir()): Promise<string> {
  try {
    return await mkdtemp(join(parent, "loupe-trace-"));
  } catch (cause) {
    throw new EnvironmentError(
      `cannot make a directory for the tracer's report in ${parent}: ${describeCause(cause)}; set TMPDIR`,
      { cause },
    );
  }
}

/** Starts a run and returns at once. Throws EnvironmentError when there is no tracer or it cannot be started. */
export async function startTracer(request: TraceRequest): Promise<TracerProcess> {
  const tracer = findTracer();
  const directory = await makeReportDirectory(request.scratchDirectory);
  const reportFile = join(directory, "report.jsonl");
  const output = await openOutput(request.output, directory);
  const subprocess = execa(tracer, formatTracerArguments(request, reportFile), toOptions(request, output));
  output.started();
  const stop = (): void => {
    subprocess.kill("SIGTERM");
  };
  request.signal?.addEventListener("abort", stop, { once: true });
  if (request.signal?.aborted) {
    stop();
  }
  const finish = async (): Promise<TraceResult> => {
    try {
      const outcome = await subprocess;
      const kept = await output.finish();
      if (subprocess.pid === undefined) {
        throw new EnvironmentError(
          `cannot start the tracer ${tracer}: ${outcome.originalMessage ?? "unknown reason"}`,
          {
            cause: outcome,
          },
        );
      }
      return { report: await readReport(reportFile, kept.outputTail), ...kept };
    } catch (cause) {
      // A tracer that is told to end while it starts has nothing to report.
      throw request.signal?.aborted ? new InterruptedError("interrupted before there was a report", { cause }) : cause;
    } finally {
      request.signal?.removeEventListener("abort", stop);
      await rm(directory, { recursive: true, force: true });
    }
  };
  return { pid: subprocess.pid ?? -1, stop, result: finish() };
}

/**
 * Runs a command under the tracer until it and everything that it started has ended.
 * A command that fails, is killed or cannot be executed is a result (`report.end`), not an error; so is a run that the
 * request's signal has ended, unless that was so early that there is no report: then InterruptedError is thrown.
 * Throws EnvironmentError when this machine does not let us trace (the message names the setting), TracerError when the
 * tracer fails or its report is damaged.
 */
export async function runTracer(request: TraceRequest): Promise<TraceResult> {
  return (await startTracer(request)).result;
}

/**
 * Asks the tracer for its version and what the kernel lets it do here, in a sandbox where one is given. Throws as
 * `runTracer` does: EnvironmentError where a sandbox cannot be made.
 */
export async function probeTracer(sandbox?: Sandbox): Promise<TracerCapabilities> {
  const tracer = findTracer();
  const directory = await makeReportDirectory();
  try {
    const reportFile = join(directory, "report.jsonl");
    const words = ["--output", reportFile, "--probe", ...formatSandbox(sandbox)];
    const { stderr, failed } = await execa(tracer, words, { reject: false });
    if (failed) {
      const problem = stderr.trim().replace(/^loupe-tracer: /, "");
      throw sandbox === undefined
        ? new TracerError(`the tracer's probe failed: ${problem}`)
        : new EnvironmentError(problem);
    }
    return parseCapabilities(await readFile(reportFile, "utf8"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
