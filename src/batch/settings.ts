// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";

/** How every package of a batch is measured. */
export const measureSettings = z.strictObject({
  /** Options of dh_loupe (dh_loupe(1)). */
  analysisOptions: z.array(z.string()),
  /** For all of a package together. */
  timeLimitSeconds: z.number().positive(),
  diskLimitBytes: z.number().positive(),
  logLimitBytes: z.number().positive(),
  /** How many processes a package's build may use at once. */
  parallel: z.number().int().positive(),
  /** Whom everything of a package is run as; absent: ourselves. */
  user: z.string().optional(),
});

export type MeasureSettings = Readonly<z.infer<typeof measureSettings>>;

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
