// SPDX-License-Identifier: GPL-3.0-or-later
import { availableParallelism } from "node:os";
import type { RunResult } from "../workload/run-result.js";

/** When a run is taken for one that hangs, in seconds. */
export interface RunLimits {
  readonly timeLimitSeconds: number;
  /** For time in which nothing is printed. */
  readonly quietLimitSeconds: number;
  /** For time in which all processes wait. */
  readonly stallLimitSeconds: number;
  /** For the processor time of one process, by its name. */
  readonly limitCpuSeconds: (processName: string) => number;
}

/** A limit is this times what the plain runs needed at most: it allows for a busy machine, */
const FACTOR = 3;

/** and this many seconds more: it allows for what takes no time at all in a plain run. */
const TIME_CONSTANT = 5;
const QUIET_CONSTANT = 3;
/**
 * Less than that of quiet times, so that what waits or spins without a word is not taken for slow. A program that does not get what it
 * wants may wait a second and try again;
 */
const STALL_CONSTANT = 1.5;
/** and calls that stop in the tracer take processor time of the process that makes them, a few microseconds each. */
const CPU_CONSTANT = 1.5;

/** What limits are derived from. */
export type PlainRun = Pick<RunResult, "seconds" | "quietSeconds" | "activity">;

/**
 * The limits of runs that take about as long as these plain ones. A process that was busy for some time, and had to share the processors, may have
 * them all for itself in another run: a test that does as much as it can in two seconds uses more where there is less to do.
 */
export function deriveLimits(plain: readonly PlainRun[]): RunLimits {
  const allow = (measure: (run: PlainRun) => number, constant: number): number =>
    Math.max(...plain.map(measure)) * FACTOR + constant;
  return {
    timeLimitSeconds: allow(({ seconds }) => seconds, TIME_CONSTANT),
    quietLimitSeconds: allow(({ quietSeconds }) => quietSeconds, QUIET_CONSTANT),
    stallLimitSeconds: allow(({ activity }) => activity.stalledSeconds, STALL_CONSTANT),
    limitCpuSeconds: (name) =>
      Math.max(
        allow(({ activity }) => activity.cpuSeconds.get(name) ?? 0, CPU_CONSTANT),
        availableParallelism() * Math.max(...plain.map(({ activity }) => activity.busySeconds.get(name) ?? 0)) +
          CPU_CONSTANT,
      ),
  };
}

/** Limits that are a multiple of others. */
export function scaleLimits(limits: RunLimits, factor: number): RunLimits {
  return {
    timeLimitSeconds: limits.timeLimitSeconds * factor,
    quietLimitSeconds: limits.quietLimitSeconds * factor,
    stallLimitSeconds: limits.stallLimitSeconds * factor,
    limitCpuSeconds: (name) => limits.limitCpuSeconds(name) * factor,
  };
}

/** How many times larger these limits are, of those that a busy machine exceeds; in one way or the other. */
export function compareLimits(limits: RunLimits, others: RunLimits): number {
  return Math.max(
    limits.timeLimitSeconds / others.timeLimitSeconds,
    limits.quietLimitSeconds / others.quietLimitSeconds,
  );
}

/** Whether the run was ended because it took longer than it may, which can be the machine's doing. */
export function tookTooLong({ failure }: RunResult): boolean {
  return failure?.kind === "time-limit" || failure?.kind === "quiet" || failure?.kind === "not-ready";
}

/** Whether a run was ended because it seemed to hang. */
export function isHang(failure: RunResult["failure"]): boolean {
  return failure !== undefined && ["time-limit", "quiet", "stall", "spin"].includes(failure.kind);
}
