// SPDX-License-Identifier: GPL-3.0-or-later
import type { Command, TraceRequest } from "../tracing/trace-request.js";
import { findSandbox, listTracees } from "./processes.js";
import type { ServerWorkload } from "./workload.js";

/** A server that was started, and where to look for it. */
export interface StartedServer {
  readonly workload: ServerWorkload;
  readonly tracerPid: number;
  readonly sandboxed: boolean;
  readonly hasEnded: boolean;
  /** Whether it ends in the next moments: what runs in its sandbox may be told of that by the kernel before we are. */
  isEnding(): Promise<boolean>;
}

/** The part of a trace request that the ready command and the test script have in common. */
export type ScriptRequest = Omit<TraceRequest, "output">;

/**
 * A request for a command that drives a server, in the server's sandbox if it has one. LOUPE_SERVER_PID is the oldest process
 * of the server, by the number that the command knows it by. Before the server has been executed, the tracer may be trying
 * out what the kernel allows, with children that are no server.
 * Undefined when the server's sandbox is not complete yet, or has ended.
 */
export async function toScriptRequest(server: StartedServer, command: Command): Promise<ScriptRequest | undefined> {
  const { workload, tracerPid, sandboxed } = server;
  const join = sandboxed ? await findSandbox(tracerPid) : undefined;
  if (sandboxed && join === undefined) {
    return undefined;
  }
  const [oldest] = await listTracees(tracerPid);
  const serverPid = sandboxed ? oldest?.innerPid : oldest?.pid;
  return {
    command,
    directory: workload.directory,
    environment: { ...workload.environment, ...(serverPid !== undefined && { LOUPE_SERVER_PID: String(serverPid) }) },
    considered: [],
    discover: "none",
    ...(join !== undefined && { join }),
  };
}
