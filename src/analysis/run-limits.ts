// SPDX-License-Identifier: GPL-3.0-or-later
import type { RunResult } from "../workload/run-result.js";

/** When a run is taken for one that hangs, in seconds. */
export interface RunLimits {
  readonly timeLimitSeconds: number;
  /** For time in which nothing is printed. */
  readonly quietLimitSeconds: number;
}

/**
 * A run that takes longer than this times the longest plain replica, plus the constant, hangs: the factor allows for a busy
 * machine, the constant for suites that take no time at all. So does one that prints nothing for a multiple of the longest
 * time in which a plain one printed nothing.
 */
const TIME_LIMIT_FACTOR = 3;
const TIME_LIMIT_CONSTANT_SECONDS = 5;
const QUIET_FACTOR = 3;
const QUIET_CONSTANT_SECONDS = 2;

/** The limits of runs that take about as long as these plain ones. */
export function deriveLimits(plain: readonly Pick<RunResult, "seconds" | "quietSeconds">[]): RunLimits {
  const longest = Math.max(...plain.map(({ seconds }) => seconds));
  const quiet = Math.max(...plain.map(({ quietSeconds }) => quietSeconds));
  return {
    timeLimitSeconds: longest * TIME_LIMIT_FACTOR + TIME_LIMIT_CONSTANT_SECONDS,
    quietLimitSeconds: quiet * QUIET_FACTOR + QUIET_CONSTANT_SECONDS,
  };
}

/** Limits that are a multiple of others. */
export function scaleLimits({ timeLimitSeconds, quietLimitSeconds }: RunLimits, factor: number): RunLimits {
  return { timeLimitSeconds: timeLimitSeconds * factor, quietLimitSeconds: quietLimitSeconds * factor };
}

/** How many times larger these limits are, in one way or the other. */
export function compareLimits(limits: RunLimits, others: RunLimits): number {
  return Math.max(
    limits.timeLimitSeconds / others.timeLimitSeconds,
    limits.quietLimitSeconds / others.quietLimitSeconds,
  );
}

/** Whether the run was ended because it took too long, and not because of what it did. */
export function tookTooLong({ failure }: RunResult): boolean {
  return failure?.kind === "time-limit" || failure?.kind === "quiet" || failure?.kind === "not-ready";
}
