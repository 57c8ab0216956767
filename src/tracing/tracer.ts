// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type Options, type ResultPromise } from "execa";
import { EnvironmentError, TracerError } from "../errors.js";
import { OutputTail } from "./output-tail.js";
import { parseReport } from "./report-parser.js";
import type { TraceReport, TraceResult, TracerCapabilities } from "./trace-report.js";
import type { OutputDestination, TraceRequest } from "./trace-request.js";
import { formatTracerArguments } from "./tracer-arguments.js";
import { findTracer } from "./tracer-binary.js";

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

/** The tracer ends its tree within the grace time; when it does not, it is killed, and the kernel kills the tree. */
const KILL_DELAY_SECONDS = 10;
const DEFAULT_GRACE_SECONDS = 2;

/** How long output may still arrive when the tracer has ended. */
const DRAIN_SECONDS = 2;

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

type Stdio = "inherit" | "ignore" | "pipe" | 2;

function toStdio(output: OutputDestination): readonly [Stdio, Stdio] {
  switch (output.kind) {
    case "inherit":
      return ["inherit", "inherit"];
    case "ignore":
      return ["ignore", "ignore"];
    case "stderr":
      return [2, 2];
    case "tail":
      return ["pipe", "pipe"];
  }
}

async function keepTail(tail: OutputTail, output: OutputDestination): Promise<string> {
  const kept = tail.read();
  if (output.kind === "tail" && output.file !== undefined) {
    const note = tail.dropped > 0 ? `[${tail.dropped} earlier bytes left out]\n` : "";
    await writeFile(output.file, Buffer.concat([Buffer.from(note), kept]));
  }
  return kept.toString("utf8");
}

function toOptions(request: TraceRequest): Options {
  const [stdout, stderr] = toStdio(request.output);
  return {
    ...(request.directory !== undefined && { cwd: request.directory }),
    ...(request.environment !== undefined && { env: { ...request.environment }, extendEnv: false }),
    stdin: request.stdin ?? "ignore",
    stdout,
    stderr,
    buffer: false,
    reject: false,
    forceKillAfterDelay: ((request.graceSeconds ?? DEFAULT_GRACE_SECONDS) + KILL_DELAY_SECONDS) * 1000,
  };
}

async function makeReportDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "loupe-trace-"));
  } catch (cause) {
    throw new EnvironmentError(
      `cannot make a directory for the tracer's report in ${tmpdir()}: ${(cause as Error).message}; set TMPDIR`,
      { cause },
    );
  }
}

/** Reads both output streams; a process that escaped and still holds them does not keep us waiting. */
function keepOutput(subprocess: ResultPromise, both: OutputTail, stdout: OutputTail): void {
  subprocess.stdout?.on("data", (chunk: Buffer) => stdout.append(chunk));
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    stream?.on("data", (chunk: Buffer) => both.append(chunk));
    subprocess.once("exit", () => {
      const timer = setTimeout(() => stream?.destroy(), DRAIN_SECONDS * 1000);
      stream?.once("close", () => clearTimeout(timer));
    });
  }
}

/** Starts a run and returns at once. Throws EnvironmentError when there is no tracer or it cannot be started. */
export async function startTracer(request: TraceRequest): Promise<TracerProcess> {
  const tracer = findTracer();
  const directory = await makeReportDirectory();
  const reportFile = join(directory, "report.jsonl");
  const subprocess: ResultPromise = execa(tracer, formatTracerArguments(request, reportFile), toOptions(request));
  const keepBytes = request.output.kind === "tail" ? request.output.keepBytes : 0;
  const both = new OutputTail(keepBytes);
  const stdout = new OutputTail(keepBytes);
  keepOutput(subprocess, both, stdout);
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
      if (outcome.failed && subprocess.pid === undefined) {
        throw new EnvironmentError(`cannot start the tracer ${tracer}: ${outcome.shortMessage ?? "unknown reason"}`, {
          cause: outcome,
        });
      }
      const outputTail = await keepTail(both, request.output);
      return {
        report: await readReport(reportFile, outputTail),
        outputTail,
        stdoutTail: stdout.read().toString("utf8"),
      };
    } finally {
      request.signal?.removeEventListener("abort", stop);
      await rm(directory, { recursive: true, force: true });
    }
  };
  return { pid: subprocess.pid ?? -1, stop, result: finish() };
}

/**
 * Runs a command under the tracer until it and everything that it started has ended.
 * A command that fails, is killed or cannot be executed is a result (`report.end`), not an error.
 * Throws EnvironmentError when this machine does not let us trace (the message names the setting), TracerError when the
 * tracer fails or its report is damaged.
 */
export async function runTracer(request: TraceRequest): Promise<TraceResult> {
  return (await startTracer(request)).result;
}

/** Asks the tracer for its version and what the kernel lets it do here. Throws as `runTracer` does. */
export async function probeTracer(): Promise<TracerCapabilities> {
  const tracer = findTracer();
  const { stdout, stderr, failed } = await execa(tracer, ["--output", "/dev/stdout", "--probe"], { reject: false });
  if (failed) {
    throw new TracerError(`the tracer's probe failed: ${stderr.trim()}`);
  }
  const end = JSON.stringify({ type: "end", reason: "exited", exitCode: 0, signal: null, seconds: 0 });
  return parseReport(`${stdout}\n${end}`).tracer;
}
