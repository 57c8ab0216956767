// SPDX-License-Identifier: GPL-3.0-or-later

/** How every package is measured on this machine. */
export interface MeasureSettings {
  /** For all of a package together. */
  readonly timeLimitSeconds: number;
  readonly diskLimitBytes: number;
  readonly logLimitBytes: number;
  /** How many processes a package's build may use at once. */
  readonly parallel: number;
  /** How many runs of a suite an analysis makes at once; undefined: it decides itself. */
  readonly analysisJobs: number | undefined;
  /** Whether manifests get what static analysis of programs and source finds. */
  readonly addsStatic: boolean;
  /** Whom everything of a package is run as; absent: ourselves. */
  readonly user?: string;
}

export const DEFAULT_TIME_LIMIT_SECONDS = 4 * 60 * 60;
export const DEFAULT_DISK_LIMIT_BYTES = 8 * 1024 * 1024 * 1024;

/** How faults of the machine or the mirror are met. */
export interface RetrySettings {
  /** How often a package is tried again. */
  readonly retries: number;
  /** The pause before the first; each later one is longer by RETRY_FACTOR. */
  readonly delaySeconds: number;
}

export const RETRY_FACTOR = 4;
export const DEFAULT_RETRIES: RetrySettings = { retries: 3, delaySeconds: 30 };

/** The pause before attempt number `attempt`, counted from 1 for the first repetition. */
export function retryDelaySeconds({ delaySeconds }: RetrySettings, attempt: number): number {
  return delaySeconds * RETRY_FACTOR ** (attempt - 1);
}
