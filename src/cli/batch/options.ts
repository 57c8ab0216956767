// SPDX-License-Identifier: GPL-3.0-or-later
import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import type { StrategyName } from "../../analysis/analysis.js";
import { DEFAULT_LOG_BYTES } from "../../batch/capped-log.js";
import type { BatchOutcome } from "../../batch/outcome.js";
import type { BatchChroot } from "../../batch/package-run.js";
import {
  DEFAULT_DISK_LIMIT_BYTES,
  DEFAULT_RETRIES,
  DEFAULT_TIME_LIMIT_SECONDS,
  type MeasureSettings,
  type RetrySettings,
} from "../../batch/settings.js";
import type { BuildSystem } from "../../debian/build-system.js";
import { findChroot, requireSbuild } from "../../debian/sbuild/requirements.js";
import { UsageError } from "../../errors.js";
import { readOwnRelease, requireDistribution, requireExtraPackage } from "../build.js";

/** Options of dh_loupe that a batch has, too. */
export interface AnalysisChoices {
  readonly replicas?: number;
  readonly strategy?: StrategyName;
  readonly observe: boolean;
  readonly subFeatures: boolean;
  readonly pseudoFiles: boolean;
}

/** Options about how each package is measured on this machine. */
export interface MeasureOptions {
  readonly local: boolean;
  readonly chroot?: string;
  readonly dist?: string;
  readonly extraPackage: readonly string[];
  readonly user?: string;
  readonly timeLimit: number;
  readonly diskLimit: number;
  readonly logLimit: number;
  readonly static: boolean;
}

/** Options about a batch on this machine. */
export interface BatchRunOptions extends MeasureOptions, AnalysisChoices {
  readonly batchDir: string;
  readonly db?: string;
  readonly aptSources?: string;
  readonly jobs?: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly again: boolean;
  /** A server that is asked before a package is measured. */
  readonly lookup?: URL;
  readonly json: boolean;
}

/** Options that select packages from an index. */
export interface SelectionOptions {
  readonly from: readonly string[];
  readonly all: boolean;
  readonly sources?: string;
  readonly section: readonly string[];
  readonly testsuite: readonly string[];
  readonly buildSystem: readonly BuildSystem[];
  readonly popcon?: string;
  readonly most?: number;
}

export interface BatchRetryOptions extends BatchRunOptions {
  readonly outcome: readonly BatchOutcome[];
}

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** A number of bytes: `500M`, `8G`. */
export function parseSize(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (UNITS[unit] ?? Number.NaN));
  if (number === "" || !(bytes > 0)) {
    throw new InvalidArgumentError("It must be a size such as 500M or 8G.");
  }
  return bytes;
}

export const DEFAULTS = {
  timeLimit: DEFAULT_TIME_LIMIT_SECONDS,
  diskLimit: DEFAULT_DISK_LIMIT_BYTES,
  logLimit: DEFAULT_LOG_BYTES,
  retries: DEFAULT_RETRIES.retries,
  retryDelay: DEFAULT_RETRIES.delaySeconds,
} as const;

/** How many packages go at the same time: an analysis runs several suites at once by itself. */
export function chooseJobs(given: number | undefined): number {
  return given ?? Math.max(1, Math.floor(availableParallelism() / 4));
}

/** What dh_loupe is told of the analysis. */
export function toAnalysisOptions(options: AnalysisChoices): string[] {
  const { replicas, strategy, observe, subFeatures, pseudoFiles } = options;
  return [
    ...(replicas === undefined ? [] : ["--replicas", String(replicas)]),
    ...(strategy === undefined ? [] : ["--strategy", strategy]),
    ...(observe ? ["--observe"] : []),
    ...(subFeatures ? ["--sub-features"] : []),
    ...(pseudoFiles ? ["--pseudo-files"] : []),
  ];
}

function shareProcessors(jobs: number): number {
  return Math.max(1, Math.floor(availableParallelism() / jobs));
}

/** How every package is measured: dh_loupe's own runs at once are so many that all packages together have one for each processor. */
export function toMeasureSettings(options: MeasureOptions, jobs: number): MeasureSettings {
  return {
    analysisJobs: jobs === 1 ? undefined : shareProcessors(jobs),
    timeLimitSeconds: options.timeLimit,
    diskLimitBytes: options.diskLimit,
    logLimitBytes: options.logLimit,
    parallel: shareProcessors(jobs),
    addsStatic: options.static,
    ...(options.user !== undefined && { user: options.user }),
  };
}

export function toRetrySettings({ retries, retryDelay }: BatchRunOptions): RetrySettings {
  return { retries, delaySeconds: retryDelay };
}

/**
 * The chroot to build in, unless --local was given: installing build dependencies changes a machine, and somebody has to want that.
 * Throws UsageError where options contradict each other, and EnvironmentError where there is no chroot or no sbuild.
 */
export async function openChroot(options: MeasureOptions): Promise<BatchChroot | undefined> {
  const { local, chroot, dist, extraPackage, user } = options;
  if (local) {
    if (chroot !== undefined || dist !== undefined || extraPackage.length > 0) {
      throw new UsageError(
        "--local builds on this machine itself: --chroot, --dist and --extra-package are for chroots",
      );
    }
    return undefined;
  }
  if (user !== undefined) {
    throw new UsageError("--user is for --local: sbuild has a user of its own in the chroot");
  }
  await requireSbuild();
  const distribution = requireDistribution(dist ?? (await readOwnRelease()));
  return {
    distribution,
    archive: await findChroot(chroot, distribution),
    extraPackages: await Promise.all(extraPackage.map(requireExtraPackage)),
  };
}
