// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError, TracerError } from "../errors.js";
import type { AnalysisRequest, AnalysisResult, FailedAnalysis, ObservationRequest } from "./analysis.js";
import { measureBaseline } from "./baseline.js";
import { completeAnalysis } from "./complete-analysis.js";
import { UnstableWorkloadError } from "./confirmation.js";
import { describeRun, toFailedAnalysis } from "./describe-run.js";
import { openContext, requireSamePrograms } from "./open-context.js";
import { explainFailedObservation, observeWorkload } from "./plain-runs.js";
import { listUsedFeatures } from "./used-features.js";

/** Errors that say that nothing can be found out here become outcomes; all others are the caller's. */
function toOutcome(request: ObservationRequest, error: unknown): FailedAnalysis {
  const nothing = { workload: request.workload, executables: [], warnings: [] };
  if (error instanceof EnvironmentError) {
    return { ...nothing, outcome: "environment-error", reason: error.message };
  }
  if (error instanceof TracerError) {
    return { ...nothing, outcome: "tracer-error", reason: error.message };
  }
  if (error instanceof UnstableWorkloadError) {
    return { ...nothing, outcome: "flaky", reason: error.message };
  }
  throw error;
}

/**
 * Finds out which features of the operating system the considered executables of a workload need: baseline, the strategy's
 * experiments, joint confirmation. Whatever keeps verdicts from being found is told by the result's outcome and reason.
 * Throws UsageError when the command cannot be executed, InterruptedError when the request's signal was aborted, and what a
 * progress listener throws. Finished runs are in the work directory in each case, from which the same analysis goes on, and no
 * process is left.
 */
export async function analyze(request: AnalysisRequest): Promise<AnalysisResult> {
  const started = performance.now();
  try {
    const context = await openContext(request);
    await requireSamePrograms(context);
    const baseline = await measureBaseline(context);
    const result =
      baseline.kind === "failed"
        ? await toFailedAnalysis(context, baseline)
        : await completeAnalysis(context, baseline, started);
    await context.journal.end();
    return result;
  } catch (error) {
    return toOutcome(request, error);
  }
}

/**
 * Runs the workload once and tells which features its considered executables use, without verdicts.
 * Results and errors are those of `analyze`.
 */
export async function observe(request: ObservationRequest): Promise<AnalysisResult> {
  try {
    const context = await openContext(request);
    const observed = await observeWorkload(context);
    if (observed.kind === "failed") {
      return await toFailedAnalysis(context, observed);
    }
    const { observation } = observed;
    if (!observation.passed) {
      return await toFailedAnalysis(context, await explainFailedObservation(context, observation));
    }
    return {
      ...(await describeRun(context, observation.report)),
      outcome: "observed",
      durationSeconds: observation.seconds,
      features: listUsedFeatures(observation.report, request.kinds),
    };
  } catch (error) {
    return toOutcome(request, error);
  }
}
