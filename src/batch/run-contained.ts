// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { InterruptedError } from "../errors.js";
import type { Command, Environment } from "../tracing/trace-request.js";
import type { CappedLog } from "./capped-log.js";
import type { Account, Containment } from "./containment.js";
import { watchDisk } from "./disk-watch.js";

/** A command of a package: where, with what, and how long. */
export interface ContainedCommand {
  readonly command: Command;
  readonly directory: string;
  readonly environment: Environment;
  readonly account: Account | undefined;
  readonly containment: Containment;
  readonly log: CappedLog;
  readonly timeLimitSeconds: number;
  /** The directory whose size is limited. */
  readonly disk: { readonly directory: string; readonly limitBytes: number };
  /** How long it may take to end by itself when it is told to (SIGTERM); 0: it is killed. */
  readonly graceSeconds: number;
  readonly signal: AbortSignal;
}

/** How it ended. */
export type CommandEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "time-limit" }
  | { readonly kind: "disk-limit"; readonly bytes: number };

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Ends the command and all that it has started. */
async function end(
  pid: number,
  { containment, graceSeconds }: ContainedCommand,
  ended: Promise<unknown>,
): Promise<void> {
  const inner = graceSeconds > 0 ? await containment.findInner(pid) : undefined;
  if (inner !== undefined) {
    kill(inner, "SIGTERM");
    await Promise.race([ended, setTimeout(graceSeconds * 1000, undefined, { ref: false })]);
  }
  // The process group, which is all where there is no namespace; in namespaces, all dies with unshare.
  kill(-pid, "SIGKILL");
}

/**
 * Runs a command of a package to its end; its output goes to the log. When it ends, for whatever reason, so does all that it has
 * started. Throws InterruptedError when the signal was aborted.
 */
export async function runContained(request: ContainedCommand): Promise<CommandEnd> {
  const { containment, command, account, log, disk, signal } = request;
  if (signal.aborted) {
    throw new InterruptedError("interrupted");
  }
  const [program, ...words] = containment.wrap(command, account);
  const subprocess = execa(program, words, {
    cwd: request.directory,
    env: request.environment,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    all: true,
    detached: true,
  });
  let logFailure: unknown;
  let stop: CommandEnd | "interrupted" | undefined;
  const over = new AbortController();
  const finish = (why: CommandEnd | "interrupted"): void => {
    if (stop === undefined && subprocess.pid !== undefined) {
      stop = why;
      void end(subprocess.pid, request, subprocess);
    }
  };
  subprocess.all.on("data", (chunk: Buffer) => {
    try {
      log.append(chunk);
    } catch (error) {
      // Nothing can be kept any more: a full disk.
      logFailure ??= error;
      finish({ kind: "killed", by: "SIGKILL" });
    }
  });
  const onAbort = (): void => finish("interrupted");
  signal.addEventListener("abort", onAbort, { once: true });
  const timer = globalThis.setTimeout(() => finish({ kind: "time-limit" }), request.timeLimitSeconds * 1000);
  const watch = watchDisk(disk.directory, disk.limitBytes, over.signal, (bytes) =>
    finish({ kind: "disk-limit", bytes }),
  );
  try {
    const { exitCode, signal: killedBy, shortMessage } = await subprocess;
    if (subprocess.pid !== undefined && containment.kind === "process-group") {
      // What it has left behind.
      kill(-subprocess.pid, "SIGKILL");
    }
    if (logFailure !== undefined) {
      throw logFailure;
    }
    if (stop === "interrupted") {
      throw new InterruptedError("interrupted");
    }
    if (stop !== undefined) {
      return stop;
    }
    return exitCode === undefined
      ? { kind: "killed", by: killedBy ?? shortMessage ?? "an unknown signal" }
      : { kind: "exited", status: exitCode };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    over.abort();
    await watch;
  }
}
