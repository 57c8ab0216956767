// SPDX-License-Identifier: GPL-3.0-or-later
import { executablePath, listUsedSyscalls } from "../analysis/observed-features.js";
import { compareText } from "../compare-text.js";
import { EnvironmentError, TracerError } from "../errors.js";
import { nativeArchitecture, type Syscall } from "../tracing/syscall-table.js";
import type { TracedCall, TraceReport } from "../tracing/trace-report.js";
import type { RunFailure, RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import type { Workload } from "../workload/workload.js";
import { loadUnavailable, loadWithBubblewrap, loadWithTracer, type WatchedLoader } from "./loaders.js";
import { ENOSYS, EXPORT_ARCHITECTURE, type Policy } from "./policy.js";

/** A workload that is to be run, and what it is to show. */
export interface WorkloadRequest {
  readonly policy: Policy;
  readonly workload: Workload;
  /** Paths and globs of the programs that the policy is for. */
  readonly considered: readonly string[];
  readonly timeLimitSeconds: number;
  readonly signal?: AbortSignal;
}

/** A workload that is to be run under a policy. */
export interface VerifyRequest extends WorkloadRequest {
  readonly loader: WatchedLoader;
  /** An empty directory for the filter's bytes. */
  readonly scratchDirectory: string;
}

/** Calls of one program that the filter refused. */
export interface RefusedCall {
  readonly name: string;
  readonly executable: string;
  readonly calls: number;
}

/** What became of the workload under the policy. */
export interface Verification {
  readonly passed: boolean;
  readonly failure?: RunFailure;
  /** By executable and name; unknown where the loader does not let us look. */
  readonly refused: readonly RefusedCall[] | "unknown";
  readonly logTail: string;
}

/** How many of the calls were answered by the filter and not by the kernel behind it. */
function countRefused({ calls, interposed, results }: TracedCall, policy: Policy, loader: WatchedLoader): number {
  if (loader === "tracer") {
    return interposed;
  }
  const { otherwise } = policy;
  switch (otherwise.kind) {
    case "errno":
      return (
        (results?.errors.get(otherwise.errno) ?? 0) +
        (otherwise.errno === ENOSYS ? 0 : (results?.errors.get(ENOSYS) ?? 0))
      );
    default:
      // A killed process is its own report, and what is only logged has happened.
      return calls;
  }
}

function listRefused(report: TraceReport, { policy, loader }: VerifyRequest): readonly RefusedCall[] {
  const allowed = new Set(policy.allowed.map(({ number }) => number));
  return report.executables
    .filter(({ considered, path }) => considered && !(loader === "bwrap" && /\/bwrap$/.test(path)))
    .flatMap((executable) =>
      executable.calls
        .filter(({ abi, number }) => abi === EXPORT_ARCHITECTURE && !allowed.has(number))
        .map((call) => ({
          name: call.name,
          executable: executablePath(executable),
          calls: countRefused(call, policy, loader),
        })),
    )
    .filter(({ calls }) => calls > 0)
    .sort((left, right) => compareText(left.executable, right.executable) || compareText(left.name, right.name));
}

/** What programs call only where others are refused: that was not in what they were seen to call. */
export interface Fallbacks {
  readonly calls: readonly Syscall[];
  /** The workload does not pass as it did in the confirmation. */
  readonly failure?: RunFailure;
  readonly logTail: string;
}

function requireComplete({ report }: RunResult): void {
  const [error] = report.errors;
  if (error !== undefined) {
    throw new TracerError(`the record of the run is incomplete: ${error.message}`);
  }
}

function requireNative(): void {
  if (nativeArchitecture() !== EXPORT_ARCHITECTURE) {
    throw new EnvironmentError(`profiles are for x86-64 and cannot be verified on this machine (${process.arch})`);
  }
}

/**
 * Runs a workload without the calls that its programs can do without, and tells what they call in their place: mmap, for example,
 * where brk is refused. A manifest does not have those calls, and a profile without them would break the program.
 * Throws as `verifyPolicy` does.
 */
export async function findFallbacks(request: WorkloadRequest): Promise<Fallbacks> {
  requireNative();
  const { policy, workload, considered, timeLimitSeconds, signal } = request;
  const options = { ...loadUnavailable(policy, considered), timeLimitSeconds, ...(signal && { signal }) };
  const result = await runWorkload(workload, options);
  requireComplete(result);
  const known = new Set([...policy.allowed, ...policy.unavailable].map(({ number }) => number));
  return {
    calls: listUsedSyscalls(result.report).flatMap(({ feature: { name, number } }) =>
      number === undefined || known.has(number) ? [] : [{ name, number }],
    ),
    ...(result.failure && { failure: result.failure }),
    logTail: result.logTail,
  };
}

/**
 * Runs a workload under a policy, with a filter in the kernel, and tells whether it passed and what was refused.
 * Throws EnvironmentError where the filter cannot be loaded here, and what `runWorkload` throws.
 */
export async function verifyPolicy(request: VerifyRequest): Promise<Verification> {
  requireNative();
  const { policy, workload, loader, considered, scratchDirectory } = request;
  const loaded =
    loader === "bwrap"
      ? await loadWithBubblewrap(policy, workload.command, scratchDirectory)
      : loadWithTracer(policy, workload.command, considered);
  const result = await runWorkload(
    { ...workload, command: loaded.command },
    {
      ...loaded.options,
      timeLimitSeconds: request.timeLimitSeconds,
      ...(request.signal && { signal: request.signal }),
    },
  );
  requireComplete(result);
  return {
    passed: result.passed,
    ...(result.failure && { failure: result.failure }),
    refused: listRefused(result.report, request),
    logTail: result.logTail,
  };
}
