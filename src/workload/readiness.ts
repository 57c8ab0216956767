// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../tracing/trace-request.js";
import { runTracer } from "../tracing/tracer.js";
import { throwIfInterrupted } from "./judge.js";
import { isListening, listTracees } from "./processes.js";
import { type StartedServer, toScriptRequest } from "./script-request.js";

/** A server that does not listen after this time has failed, whatever the limit of the whole run. */
export const READY_LIMIT_SECONDS = 60;

const POLL_MILLISECONDS = 50;
const READY_COMMAND_SECONDS = 10;

async function succeedsReadyCommand(server: StartedServer, command: Command): Promise<boolean> {
  const request = await toScriptRequest(server, command);
  if (request === undefined) {
    return false;
  }
  try {
    const { report } = await runTracer({
      ...request,
      timeLimitSeconds: READY_COMMAND_SECONDS,
      output: { kind: "ignore" },
    });
    return report.end.reason === "exited" && report.end.exitCode === 0;
  } catch (error) {
    if (server.sandboxed && (await server.isEnding())) {
      return false;
    }
    throw error;
  }
}

async function listensAnywhere(tracerPid: number): Promise<boolean> {
  const listening = await Promise.all((await listTracees(tracerPid)).map(({ pid }) => isListening(pid)));
  return listening.includes(true);
}

/**
 * Waits until a server is ready: its ready command exits 0, or, without one, a process of its tree listens on a TCP or
 * Unix socket. Resolves to false when it has ended or the limit has passed. Throws InterruptedError.
 */
export async function waitUntilReady(
  server: StartedServer,
  limitSeconds: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { readyCommand } = server.workload;
  const deadline = performance.now() + limitSeconds * 1000;
  while (performance.now() < deadline && !server.hasEnded) {
    throwIfInterrupted(signal);
    const ready =
      readyCommand === undefined
        ? await listensAnywhere(server.tracerPid)
        : await succeedsReadyCommand(server, readyCommand);
    if (ready) {
      // It may have ended while the ready command went on.
      return !server.hasEnded;
    }
    await sleep(POLL_MILLISECONDS);
  }
  return false;
}
