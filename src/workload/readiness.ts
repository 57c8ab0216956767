// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../tracing/trace-request.js";
import { runTracer } from "../tracing/tracer.js";
import { throwIfInterrupted } from "./judge.js";
import { isListening, listTracees } from "./processes.js";
import type { ServerWorkload } from "./workload.js";

/** A server that does not listen after this time has failed, whatever the limit of the whole run. */
export const READY_LIMIT_SECONDS = 60;

const POLL_MILLISECONDS = 50;
const READY_COMMAND_SECONDS = 10;

/**
 * The environment of a test script: LOUPE_SERVER_PID is the oldest process of the server. Before the server has been
 * executed, the tracer may be trying out what the kernel allows, with children that are no server.
 */
export async function toScriptEnvironment(workload: ServerWorkload, tracerPid: number): Promise<Environment> {
  const [serverPid] = await listTracees(tracerPid);
  return { ...workload.environment, ...(serverPid !== undefined && { LOUPE_SERVER_PID: String(serverPid) }) };
}

async function succeedsReadyCommand({ workload, tracerPid }: StartingServer): Promise<boolean> {
  if (workload.readyCommand === undefined) {
    return false;
  }
  const { report } = await runTracer({
    command: workload.readyCommand,
    directory: workload.directory,
    environment: await toScriptEnvironment(workload, tracerPid),
    considered: [],
    discover: "none",
    timeLimitSeconds: READY_COMMAND_SECONDS,
    output: { kind: "ignore" },
  });
  return report.end.reason === "exited" && report.end.exitCode === 0;
}

async function listensAnywhere(tracerPid: number): Promise<boolean> {
  const listening = await Promise.all((await listTracees(tracerPid)).map(isListening));
  return listening.includes(true);
}

/** A server that was started: where to look for it, and when to give up. */
export interface StartingServer {
  readonly workload: ServerWorkload;
  readonly tracerPid: number;
  readonly hasEnded: () => boolean;
  readonly limitSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits until a server is ready: its ready command exits 0, or, without one, a process of its tree listens on a TCP or
 * Unix socket. Resolves to false when it has ended or the limit has passed. Throws InterruptedError.
 */
export async function waitUntilReady(server: StartingServer): Promise<boolean> {
  const deadline = performance.now() + server.limitSeconds * 1000;
  while (performance.now() < deadline && !server.hasEnded()) {
    throwIfInterrupted(server.signal);
    const ready =
      server.workload.readyCommand === undefined
        ? await listensAnywhere(server.tracerPid)
        : await succeedsReadyCommand(server);
    if (ready) {
      return true;
    }
    await sleep(POLL_MILLISECONDS);
  }
  return false;
}
