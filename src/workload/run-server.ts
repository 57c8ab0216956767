// SPDX-License-Identifier: GPL-3.0-or-later

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LogFile } from "../tracing/log-file.js";
import { OutputTail } from "../tracing/output-tail.js";
import type { TraceResult } from "../tracing/trace-report.js";
import { startTracer, type TracerProcess } from "../tracing/tracer.js";
import { judgeEnd, throwIfInterrupted } from "./judge.js";
import { LOG_TAIL_BYTES } from "./log.js";
import { READY_LIMIT_SECONDS, waitUntilReady } from "./readiness.js";
import type { RunOptions } from "./run-options.js";
import type { RunFailure, RunResult } from "./run-result.js";
import { toScriptRequest } from "./script-request.js";
import { SCRIPT_GRACE_SECONDS, Server } from "./server.js";
import type { ServerWorkload } from "./workload.js";

/** A server may print a lot while it starts, so that its quiet times say nothing of how long that takes. */
const READY_LEAST_SECONDS = 5;

/** What is said of a server without which nobody can go on; how it ended is added where its report tells. */
const SERVER_ENDED: RunFailure = { kind: "server-ended", exitCode: 0, signal: null };

interface ScriptResult {
  readonly failure?: RunFailure;
  readonly log: string;
  readonly output?: string;
}

/**
 * The result of a test script, or undefined when it was ended before it had one: together with the server's sandbox, in which it
 * ran, or because the server had ended while the script was started.
 */
async function finishScript(
  script: TracerProcess,
  server: Server,
  isOrphaned: () => boolean,
): Promise<TraceResult | undefined> {
  try {
    return await script.result;
  } catch (error) {
    throwIfInterrupted(server.options.signal);
    // The kernel ends the script's tracer, too, and one that is told to end while it starts has nothing to report: neither is a
    // failure of its own.
    if (isOrphaned() || (server.sandboxed && (await server.isEnding()))) {
      return undefined;
    }
    throw error;
  }
}

function judgeScript({ report }: TraceResult, limitSeconds: number): RunFailure | undefined {
  const failure = judgeEnd(report.end, limitSeconds);
  return failure?.kind === "command" ? { ...failure, kind: "test-script" } : failure;
}

/** The script is ended soon after the server, at once when that failed: a script may be what shuts the server down. */
async function runScript(server: Server): Promise<ScriptResult> {
  const { workload, options } = server;
  const limit = Math.max(1, options.timeLimitSeconds - server.seconds);
  const request = await toScriptRequest(server, workload.testScript);
  if (request === undefined) {
    return { failure: SERVER_ENDED, log: "" };
  }
  // Kept here, too: a script that is ended together with its tracer has said something until then.
  const log = new OutputTail(LOG_TAIL_BYTES);
  const script = await startTracer({
    ...request,
    timeLimitSeconds: limit,
    output: {
      kind: "tail",
      streams: "apart",
      keepBytes: LOG_TAIL_BYTES,
      onOutput: (text) => {
        server.quiet.feed(text);
        log.append(Buffer.from(text));
      },
    },
    ...(options.signal && { signal: options.signal }),
  });
  const quiet = server.quiet.limit(options.expected, () => script.stop());
  server.activity.follow(script.pid);
  server.activity.limit(options.expected, () => script.stop());
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
  const result = await finishScript(script, server, () => orphaned).finally(() => quiet.close());
  ended = true;
  throwIfInterrupted(options.signal);
  const lost = orphaned || result === undefined ? SERVER_ENDED : (quiet.failure ?? server.activity.failure);
  const failure = lost ?? (result && judgeScript(result, limit));
  return {
    log: log.read().toString("utf8"),
    ...(failure && { failure }),
    ...(result?.stdoutTail !== undefined && { output: result.stdoutTail }),
  };
}

async function drive(server: Server): Promise<ScriptResult> {
  const { expected, signal, timeLimitSeconds } = server.options;
  // The baseline's longest quiet time includes that in which its server started.
  const quietLimitSeconds = expected?.quietLimitSeconds ?? READY_LIMIT_SECONDS;
  const limitSeconds = Math.min(
    READY_LIMIT_SECONDS,
    timeLimitSeconds,
    Math.max(quietLimitSeconds, READY_LEAST_SECONDS),
  );
  if (await waitUntilReady(server, limitSeconds, signal)) {
    return runScript(server);
  }
  // A server that ended before it was ready has failed even with exit status 0: nobody could have tested it.
  return { failure: server.hasEnded ? SERVER_ENDED : { kind: "not-ready", seconds: limitSeconds }, log: "" };
}

/**
 * Runs a server under the tracer, waits until it is ready, runs the test script where the server runs, and ends the server
 * with all that it started. The script finds the process id of the server in LOUPE_SERVER_PID. A run in which neither of them
 * prints anything for too long is given up.
 * Throws InterruptedError, and what `startTracer` throws; no process is left in either case.
 */
export async function runServer(workload: ServerWorkload, options: RunOptions): Promise<RunResult> {
  throwIfInterrupted(options.signal);
  const server = await Server.start(workload, options);
  let script: ScriptResult;
  try {
    script = await drive(server);
  } catch (error) {
    await server.stop().catch(() => undefined);
    throw error;
  } finally {
    server.quiet.close();
    server.activity.close();
  }
  const seconds = server.seconds;
  const quietSeconds = server.quiet.close();
  const { report, outputTail } = await server.stop();
  throwIfInterrupted(options.signal);
  const failure = server.judge(report) ?? script.failure;
  const logTail = `${outputTail}${script.log === "" ? "" : `\n--- test script ---\n${script.log}`}`;
  if (options.runDirectory !== undefined) {
    const file = LogFile.open(join(options.runDirectory, "log"));
    file.append(Buffer.from(logTail));
    file.close();
  }
  return {
    passed: failure === undefined,
    ...(failure && { failure }),
    report,
    seconds,
    quietSeconds,
    activity: server.activity.close(),
    logTail,
    ...(script.output !== undefined && { output: script.output }),
  };
}
