// SPDX-License-Identifier: GPL-3.0-or-later

import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TracedDeath, TraceReport, TraceResult } from "../tracing/trace-report.js";
import { startTracer, type TracerProcess } from "../tracing/tracer.js";
import { judgeDeaths, judgeEnd, throwIfInterrupted } from "./judge.js";
import { LOG_TAIL_BYTES } from "./log.js";
import { READY_LIMIT_SECONDS, toScriptEnvironment, waitUntilReady } from "./readiness.js";
import type { RunOptions } from "./run-options.js";
import type { RunFailure, RunResult } from "./run-result.js";
import { toTraceRequest } from "./trace-run.js";
import type { ServerWorkload } from "./workload.js";

/** Our clock starts a little before the tracer's. */
const CLOCK_TOLERANCE_SECONDS = 0.5;

/** How long a test script may go on when the server has ended with success. */
const SCRIPT_GRACE_SECONDS = 10;

/** A server under the tracer whose end can be asked for without waiting. */
class Server {
  readonly #started = performance.now();
  readonly #process: TracerProcess;
  #ended = false;
  #stoppedAtSeconds: number | undefined;
  readonly settled: Promise<void>;

  constructor(process: TracerProcess) {
    this.#process = process;
    const markEnded = (): void => {
      this.#ended = true;
    };
    this.settled = process.result.then(markEnded, markEnded);
  }

  get tracerPid(): number {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  async stop(): Promise<TraceResult> {
    if (!this.#ended) {
      this.#stoppedAtSeconds = this.seconds;
      this.#process.stop();
    }
    return this.#process.result;
  }

  /** What the server's own end says, apart from our ending it. */
  judge(report: TraceReport, options: RunOptions): RunFailure | undefined {
    const isOurs = ({ signal, seconds }: TracedDeath): boolean =>
      this.#stoppedAtSeconds !== undefined &&
      seconds >= this.#stoppedAtSeconds - CLOCK_TOLERANCE_SECONDS &&
      (signal === constants.signals.SIGTERM || signal === constants.signals.SIGKILL);
    const death = judgeDeaths(
      report.deaths.filter((entry) => !isOurs(entry)),
      options.expected?.deaths,
    );
    if (death !== undefined || this.#stoppedAtSeconds !== undefined) {
      return death;
    }
    const failure = judgeEnd(report.end, options.timeLimitSeconds);
    return failure?.kind === "command" ? { ...failure, kind: "server-ended" } : failure;
  }
}

interface ScriptResult {
  readonly failure?: RunFailure;
  readonly log: string;
  readonly output?: string;
}

async function startServer(workload: ServerWorkload, options: RunOptions): Promise<Server> {
  return new Server(
    await startTracer({
      ...toTraceRequest(workload, options),
      timeLimitSeconds: options.timeLimitSeconds,
      // A server may put itself into the background: its first process ends, and the run goes on.
      lingerSeconds: options.timeLimitSeconds,
      output: { kind: "tail", streams: "together", keepBytes: LOG_TAIL_BYTES },
    }),
  );
}

/** The script is ended soon after the server, at once when that failed: a script may be what shuts the server down. */
async function runScript(workload: ServerWorkload, server: Server, options: RunOptions): Promise<ScriptResult> {
  const limit = Math.max(1, options.timeLimitSeconds - server.seconds);
  const script = await startTracer({
    command: workload.testScript,
    directory: workload.directory,
    environment: await toScriptEnvironment(workload, server.tracerPid),
    considered: [],
    discover: "none",
    timeLimitSeconds: limit,
    output: { kind: "tail", streams: "apart", keepBytes: LOG_TAIL_BYTES },
    ...(options.signal && { signal: options.signal }),
  });
  let ended = false;
  let orphaned = false;
  void server.settled.then(async () => {
    const result = await server.stop().catch(() => undefined);
    if (result?.report.end.exitCode === 0) {
      await sleep(SCRIPT_GRACE_SECONDS * 1000, undefined, { ref: false });
    }
    if (!ended) {
      orphaned = true;
      script.stop();
    }
  });
  const { report, outputTail, stdoutTail } = await script.result;
  ended = true;
  throwIfInterrupted(options.signal);
  const output = { log: outputTail, ...(stdoutTail !== undefined && { output: stdoutTail }) };
  if (orphaned) {
    return { failure: { kind: "server-ended", exitCode: 0, signal: null }, ...output };
  }
  const failure = judgeEnd(report.end, limit);
  return failure === undefined
    ? output
    : { failure: failure.kind === "command" ? { ...failure, kind: "test-script" } : failure, ...output };
}

async function drive(workload: ServerWorkload, server: Server, options: RunOptions): Promise<ScriptResult> {
  const limitSeconds = Math.min(READY_LIMIT_SECONDS, options.timeLimitSeconds);
  const ready = await waitUntilReady({
    workload,
    tracerPid: server.tracerPid,
    hasEnded: () => server.hasEnded,
    limitSeconds,
    signal: options.signal,
  });
  if (ready) {
    return runScript(workload, server, options);
  }
  // A server that ended before it was ready has failed even with exit status 0: nobody could have tested it.
  const failure: RunFailure = server.hasEnded
    ? { kind: "server-ended", exitCode: 0, signal: null }
    : { kind: "not-ready", seconds: limitSeconds };
  return { failure, log: "" };
}

/**
 * Runs a server under the tracer, waits until it is ready, runs the test script, and ends the server with all that it
 * started. The script finds the process id of the server in LOUPE_SERVER_PID.
 * Throws InterruptedError, and what `startTracer` throws; no process is left in either case.
 */
export async function runServer(workload: ServerWorkload, options: RunOptions): Promise<RunResult> {
  throwIfInterrupted(options.signal);
  const server = await startServer(workload, options);
  let script: ScriptResult;
  try {
    script = await drive(workload, server, options);
  } catch (error) {
    await server.stop().catch(() => undefined);
    throw error;
  }
  const seconds = server.seconds;
  const { report, outputTail } = await server.stop();
  throwIfInterrupted(options.signal);
  const failure = server.judge(report, options) ?? script.failure;
  const logTail = `${outputTail}${script.log === "" ? "" : `\n--- test script ---\n${script.log}`}`;
  if (options.runDirectory !== undefined) {
    await writeFile(join(options.runDirectory, "log"), logTail);
  }
  return {
    passed: failure === undefined,
    ...(failure && { failure }),
    report,
    seconds,
    quietSeconds: seconds,
    logTail,
    ...(script.output !== undefined && { output: script.output }),
  };
}
