// SPDX-License-Identifier: GPL-3.0-or-later
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.js";
import { listSyscalls } from "../tracing/syscall-table.js";
import type { Command, Rule } from "../tracing/trace-request.js";
import { findProgram } from "../workload/find-program.js";
import type { RunOptions } from "../workload/run-options.js";
import { assembleBpf, compilePolicy } from "./bpf.js";
import { ENOSYS, EXPORT_ARCHITECTURE, type Policy } from "./policy.js";

/**
 * What installs the filter for a verification that we watch. bwrap: bubblewrap loads the bytes and executes the whole command
 * under them. tracer: loupe-tracer's own filters refuse the calls, of the considered executables alone, whoever starts them.
 */
export type WatchedLoader = "bwrap" | "tracer";

/** How a workload is run under a policy. */
export interface LoadedWorkload {
  readonly command: Command;
  readonly options: Pick<RunOptions, "considered" | "discover" | "rules" | "record">;
}

async function requireBubblewrap(): Promise<string> {
  try {
    return await findProgram("bwrap", { directory: "/", searchPath: process.env.PATH });
  } catch (cause) {
    throw new EnvironmentError(
      "bwrap is not installed: apt-get install bubblewrap, or use --loader tracer, which needs nothing else",
      { cause },
    );
  }
}

/** `$0` is bwrap, `$1` the file with the filter; the shell gives bwrap the file as descriptor 3 and is replaced by it. */
const BWRAP_SCRIPT =
  'bwrap=$0 filter=$1; shift; exec "$bwrap" --dev-bind / / --die-with-parent --seccomp 3 -- "$@" 3<"$filter"';

/**
 * The whole command under the filter itself. Everything that runs is watched step by step, so that refused calls are seen: they
 * stop before the filter is asked.
 */
export async function loadWithBubblewrap(
  policy: Policy,
  command: Command,
  scratchDirectory: string,
): Promise<LoadedWorkload> {
  const bwrap = await requireBubblewrap();
  const filter = join(scratchDirectory, "filter.bpf");
  await writeFile(filter, assembleBpf(compilePolicy(policy)));
  return {
    command: ["/bin/sh", "-c", BWRAP_SCRIPT, bwrap, filter, ...command],
    options: { considered: "all", discover: "step" },
  };
}

function refuse(call: number, errno: number): Rule {
  return { action: { kind: "errno", errno }, target: { kind: "syscall", call } };
}

/** The programs without the calls that they can do without, and with all others: as in the joint confirmation. */
export function loadUnavailable({ unavailable }: Policy, considered: readonly string[]): LoadedWorkload["options"] {
  return { considered, discover: "counts", rules: unavailable.map(({ number }) => refuse(number, ENOSYS)) };
}

/** Every call of the kernel's table that is not allowed becomes a rule of the tracer. The policy must answer by errors. */
export function loadWithTracer(policy: Policy, command: Command, considered: readonly string[]): LoadedWorkload {
  const { otherwise } = policy;
  if (otherwise.kind !== "errno") {
    throw new EnvironmentError(`the tracer cannot ${otherwise.kind} refused calls; use --loader bwrap`);
  }
  const allowed = new Set(policy.allowed.map(({ number }) => number));
  const unavailable = new Set(policy.unavailable.map(({ number }) => number));
  const refused = listSyscalls(EXPORT_ARCHITECTURE).filter(({ number }) => !allowed.has(number));
  return {
    command,
    options: {
      considered,
      discover: "counts",
      rules: refused.map(({ number }) => refuse(number, unavailable.has(number) ? ENOSYS : otherwise.errno)),
      record: ["interposed"],
    },
  };
}
