// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of the workload with nothing interposed: the observed one and its plain replicas.
import PQueue from "p-queue";
import { withEitherSignal } from "../either-signal.js";
import { runAll } from "../run-all.js";
import type { RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import type { AnalysisRequest, FailedAnalysis } from "./analysis.js";
import { type AnalysisContext, toRunOptions } from "./analysis-context.js";
import { identifyExecutables, listExecuted, listNeverExecuted } from "./executables.js";
import { explainNoTests } from "./no-tests.js";
import { listConsidered } from "./observed-features.js";
import { explainFailure, requireConclusive } from "./run-checks.js";
import { recordArguments } from "./sub-features/rules.js";
import { listUsedFeatures } from "./used-features.js";

/** The workload cannot be analyzed, and why. */
export interface FailedBaseline {
  readonly kind: "failed";
  readonly outcome: FailedAnalysis["outcome"];
  readonly reason: string;
  readonly observation: RunResult;
}

/** The workload as it was observed, or why it cannot be. */
export type Observed = FailedBaseline | { readonly kind: "observed"; readonly observation: RunResult };

function recordFor({
  request,
  architecture,
}: AnalysisContext): Pick<Parameters<typeof runWorkload>[1], "record" | "recordArguments"> {
  return {
    record: ["scripts", ...(request.kinds.includes("pseudo-file") ? (["paths"] as const) : [])],
    ...(request.kinds.includes("sub-feature") && { recordArguments: recordArguments(architecture) }),
  };
}

/** A run with nothing interposed; one that an interrupted analysis has finished is not made again. */
async function runOnce(context: AnalysisContext, name: string, discover: "counts" | "none"): Promise<RunResult> {
  const { request, journal } = context;
  const known = journal.findPlain(name);
  if (known?.passed === true) {
    return known;
  }
  const result = requireConclusive(
    await runWorkload(context.workload, {
      ...toRunOptions(context),
      ...(discover === "counts" && recordFor(context)),
      discover,
      timeLimitSeconds: request.baselineTimeLimitSeconds,
      runDirectory: await journal.openRun(name),
      ...(request.signal && { signal: request.signal }),
    }),
  );
  // With nothing interposed, a death is part of the workload as long as the workload calls it a success.
  const { failure, ...rest } = result;
  const judged = failure?.kind === "death" ? { ...rest, passed: true } : result;
  await journal.addPlain(name, judged);
  return judged;
}

/**
 * Runs the workload once and records what its considered executables do. This first run is also the warm-up: suites compile
 * test programs when they run for the first time.
 */
export async function observeWorkload(context: AnalysisContext): Promise<Observed> {
  const { request } = context;
  const observation = await runOnce(context, "observation", "counts");
  if (context.journal.executables === undefined) {
    await context.journal.addExecutables(await identifyExecutables(request.considered, observation.report));
  }
  if (observation.failure?.kind === "time-limit") {
    return { kind: "failed", outcome: "timeout", reason: explainFailure(observation), observation };
  }
  if (observation.passed && listConsidered(observation.report).length === 0) {
    return { kind: "failed", outcome: "no-tests", reason: explainNoTests(request, observation), observation };
  }
  request.onProgress?.({
    kind: "observed",
    seconds: observation.seconds,
    features: listUsedFeatures(observation.report, request.kinds).length,
    // A workload that fails may not have come to it: then its failure is what has to be told.
    neverExecuted: observation.passed ? listNeverExecuted(request.considered, observation.report) : [],
    executed: listExecuted(observation.report),
  });
  return { kind: "observed", observation };
}

/** Whether a workload that failed while it was observed also fails when it is not: then it fails by itself. */
export async function explainFailedObservation(
  context: AnalysisContext,
  observation: RunResult,
): Promise<FailedBaseline> {
  const plain = await runOnce(context, "plain", "none");
  if (!plain.passed) {
    return { kind: "failed", outcome: "baseline-fails", reason: explainFailure(plain), observation };
  }
  const again = await runOnce(context, "observation-again", "counts");
  return again.passed
    ? { kind: "failed", outcome: "flaky", reason: `1 of 3 runs failed: ${explainFailure(observation)}`, observation }
    : {
        kind: "failed",
        outcome: "tracer-error",
        reason: `the workload passes by itself and fails when it is observed: ${explainFailure(observation)}`,
        observation,
      };
}

/**
 * How many plain runs there are. The observed run is a replica, too, because nothing is interposed in it; only impacts are
 * compared with plain runs alone.
 */
export function countPlainRuns({ replicas, impact }: AnalysisRequest): number {
  return impact === "ignored" ? Math.max(1, replicas - 1) : replicas;
}

/** The plain runs; they are told of once the observation has been. */
async function runReplicas(
  context: AnalysisContext<AnalysisRequest>,
  plainRuns: number,
  queue: PQueue,
  observing: Promise<unknown>,
): Promise<readonly RunResult[]> {
  const { request } = context;
  const of = countPlainRuns(request);
  let done = 0;
  const names = Array.from({ length: plainRuns }, (_, index) => `replica-${index + 1}`);
  return runAll(names, async (name) => {
    const replica = await queue.add(() => runOnce(context, name, "none"), { throwOnTimeout: true });
    await observing;
    done += 1;
    request.onProgress?.({ kind: "replica", done, of, seconds: replica.seconds });
    return replica;
  });
}

function hasTests({ tests }: RunResult): boolean {
  return (tests?.tests.size ?? 0) > 0;
}

/** A workload that failed as a whole while it was observed: plain runs would not tell anything about its tests. */
export function isHopeless(observed: Observed): boolean {
  return observed.kind === "failed" || (!observed.observation.passed && !hasTests(observed.observation));
}

/**
 * The observed run and, at the same time where the machine takes several, so many plain ones; none where they would be useless. What has passed
 * before is not run again.
 */
export async function runBaseline(
  context: AnalysisContext<AnalysisRequest>,
  plainRuns: number,
): Promise<{ readonly observed: Observed; readonly replicas: readonly RunResult[] }> {
  const { request, jobs } = context;
  const queue = new PQueue({ concurrency: jobs });
  const useless = new AbortController();
  const observe = async (): Promise<Observed> => {
    let observed: Observed | undefined;
    try {
      observed = await observeWorkload(context);
      return observed;
    } finally {
      if (observed === undefined || isHopeless(observed)) {
        useless.abort();
      }
    }
  };
  const [observed, plain] = await withEitherSignal([request.signal, useless.signal], (signal) => {
    const observing = queue.add(observe, { throwOnTimeout: true });
    const replicas = runReplicas({ ...context, request: { ...request, signal } }, plainRuns, queue, observing);
    return Promise.allSettled([observing, replicas]);
  });
  if (observed.status === "rejected") {
    throw observed.reason;
  }
  if (isHopeless(observed.value)) {
    return { observed: observed.value, replicas: [] };
  }
  if (plain.status === "rejected") {
    throw plain.reason;
  }
  return { observed: observed.value, replicas: plain.value };
}
