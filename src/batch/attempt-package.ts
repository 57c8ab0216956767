// SPDX-License-Identifier: GPL-3.0-or-later
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import { InterruptedError, LoupeError } from "../errors.js";
import { CappedLog } from "./capped-log.js";
import { measurePackage } from "./measure-package.js";
import type { MeasuredPackage, Stage } from "./measured-package.js";
import { PackageRun, type Workshop } from "./package-run.js";

/** One attempt to measure a package: with what, and where. */
export interface AttemptRequest {
  readonly workshop: Workshop;
  readonly source: SourcePackage;
  /** Options of dh_loupe. */
  readonly analysisOptions: readonly string[];
  /** That of the machine. */
  readonly architecture: string;
  /** Makes the directory in which the package is measured. */
  readonly openWork: () => Promise<string>;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly onStage: (stage: Stage) => void;
}

/**
 * Measures a package once, with its log. What this machine cannot do is an outcome, too. Throws InterruptedError when the signal is
 * aborted.
 */
export async function attemptPackage(request: AttemptRequest): Promise<MeasuredPackage> {
  const { workshop, source, analysisOptions, architecture, signal, onStage } = request;
  try {
    const log = new CappedLog(request.logFile, workshop.settings.logLimitBytes);
    try {
      const run = new PackageRun(workshop, source, analysisOptions, await request.openWork(), log, signal);
      return await measurePackage(run, architecture, onStage);
    } finally {
      log.close();
    }
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (error instanceof InterruptedError || !(error instanceof LoupeError || code !== "")) {
      throw error;
    }
    // The directory or the log cannot be written.
    return { outcome: "environment-error", reason: message, passing: true, stageSeconds: {} };
  }
}
