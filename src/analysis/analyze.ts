// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError, TracerError } from "../errors.js";
import type { TraceReport } from "../tracing/trace-report.js";
import type {
  AnalysisRequest,
  AnalysisResult,
  CompletedAnalysis,
  FailedAnalysis,
  Observation,
  ObservationRequest,
  StrategyName,
} from "./analysis.js";
import {
  type Baseline,
  explainFailedObservation,
  type FailedBaseline,
  measureBaseline,
  observeWorkload,
} from "./baseline.js";
import { confirmJointly, UnstableWorkloadError } from "./confirmation.js";
import { identifyExecutables } from "./executables.js";
import { searchExhaustively } from "./exhaustive.js";
import type { Experimenter } from "./experiment.js";
import { describeExperiment } from "./feature-rules.js";
import { listGaps, listUsedSyscalls } from "./observed-features.js";
import { ResultsLog } from "./results-log.js";
import type { Strategy } from "./strategy.js";
import { WorkloadExperimenter } from "./workload-experimenter.js";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = { exhaustive: searchExhaustively };

async function describeRun(
  request: ObservationRequest,
  report: TraceReport,
): Promise<Pick<Observation, "workload" | "tracer" | "executables" | "warnings">> {
  return {
    workload: request.workload,
    tracer: report.tracer,
    executables: await identifyExecutables(request.considered, report),
    warnings: listGaps(report),
  };
}

async function toFailedAnalysis(request: ObservationRequest, failed: FailedBaseline): Promise<FailedAnalysis> {
  return {
    ...(await describeRun(request, failed.observation.report)),
    outcome: failed.outcome,
    reason: failed.reason,
    durationSeconds: failed.observation.seconds,
  };
}

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

/** Tells a listener of every finished experiment. */
function reportProgress(experimenter: Experimenter, expected: number, request: AnalysisRequest): Experimenter {
  let done = 0;
  return {
    replicas: experimenter.replicas,
    run: async (experiment, replicas) => {
      const result = await experimenter.run(experiment, replicas);
      done += 1;
      request.onProgress?.({
        kind: "experiment",
        done,
        of: Math.max(done, expected),
        description: describeExperiment(experiment),
        works: result.works,
        seconds: result.seconds,
      });
      return result;
    },
  };
}

async function search(request: AnalysisRequest, baseline: Baseline, log: ResultsLog): Promise<CompletedAnalysis> {
  const started = performance.now();
  const { report } = baseline.observation;
  const used = listUsedSyscalls(report);
  const workload = new WorkloadExperimenter(request, baseline, log);
  const experimenter = reportProgress(workload, used.length * 2 + 1, request);
  const alone = await STRATEGIES[request.strategy](used, experimenter);
  const { features, confirmation, conflicts } = await confirmJointly(alone, experimenter);
  request.onProgress?.({
    kind: "confirmation",
    stubbed: confirmation.stubbed.length,
    faked: confirmation.faked.length,
    passed: confirmation.passed,
  });
  const baselineRuns = 1 + baseline.replicas.length;
  return {
    ...(await describeRun(request, report)),
    outcome: "analyzed",
    durationSeconds: baseline.longestSeconds,
    features,
    confirmation,
    conflicts,
    search: {
      strategy: request.strategy,
      runs: baselineRuns + workload.runs,
      fullRuns: baselineRuns + workload.fullRuns,
      seconds: (performance.now() - started) / 1000,
      baselineSeconds: baseline.longestSeconds,
    },
  };
}

/**
 * Finds out which system calls the considered executables of a workload need: baseline, the strategy's experiments, joint
 * confirmation. Whatever keeps verdicts from being found is told by the result's outcome and reason.
 * Throws UsageError when the command cannot be executed, InterruptedError when the request's signal was aborted, and what a
 * progress listener throws. Finished experiments are in the work directory in each case, and no process is left.
 */
export async function analyze(request: AnalysisRequest): Promise<AnalysisResult> {
  try {
    const log = await ResultsLog.open(request.workDirectory);
    const baseline = await measureBaseline(request, log);
    return baseline.kind === "failed"
      ? await toFailedAnalysis(request, baseline)
      : await search(request, baseline, log);
  } catch (error) {
    return toOutcome(request, error);
  }
}

/**
 * Runs the workload once and tells which system calls its considered executables use, without verdicts.
 * Results and errors are those of `analyze`.
 */
export async function observe(request: ObservationRequest): Promise<AnalysisResult> {
  try {
    const log = await ResultsLog.open(request.workDirectory);
    const observed = await observeWorkload(request, log);
    if (observed.kind === "failed") {
      return await toFailedAnalysis(request, observed);
    }
    const { observation } = observed;
    if (!observation.passed) {
      return await toFailedAnalysis(request, await explainFailedObservation(request, log, observation));
    }
    return {
      ...(await describeRun(request, observation.report)),
      outcome: "observed",
      durationSeconds: observation.seconds,
      features: listUsedSyscalls(observation.report),
    };
  } catch (error) {
    return toOutcome(request, error);
  }
}
