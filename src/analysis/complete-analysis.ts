// SPDX-License-Identifier: GPL-3.0-or-later
import { waitForAll } from "../run-all.js";
import type { RunResult } from "../workload/run-result.js";
import { summarizeBaseline } from "../workload/test-results/baseline-tests.js";
import { searchAdaptively } from "./adaptive.js";
import type { AnalysisRequest, CompletedAnalysis, FailedAnalysis, StrategyName } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { type Baseline, completeBaseline, expectsOtherwise } from "./baseline.js";
import { type ConfirmedFeatures, confirmJointly } from "./confirmation.js";
import { describeRun, toFailedAnalysis } from "./describe-run.js";
import { searchExhaustively } from "./exhaustive.js";
import type { Comparer, Experimenter } from "./experiment.js";
import type { AnalyzedFeature, UsedFeature } from "./feature.js";
import { countCompared, measureImpacts } from "./impact/measure-impacts.js";
import type { FailedBaseline } from "./plain-runs.js";
import { BUILT_IN_PRIOR } from "./prior.js";
import { ProgressReporter } from "./progress-reporter.js";
import { applyRepetitions, repeatTogether } from "./repetition.js";
import { PRIORITY, RunQueue } from "./run-queue.js";
import type { Strategy } from "./strategy.js";
import { toSubject } from "./subject.js";
import { listUsedFeatures } from "./used-features.js";
import { WorkloadExperimenter } from "./workload-experimenter.js";

const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
  adaptive: searchAdaptively,
  exhaustive: searchExhaustively,
};

function describeTests(runs: readonly RunResult[]): Pick<CompletedAnalysis, "tests"> {
  const results = runs.flatMap(({ tests }) => (tests === undefined ? [] : [tests]));
  const { format, passing, flaky } = summarizeBaseline(results);
  return { tests: { format, passed: passing.length, flaky } };
}

function listTestProblems(runs: readonly RunResult[]): readonly string[] {
  return [...new Set(runs.flatMap(({ tests }) => tests?.problems ?? []))];
}

/** Joint confirmation; where features were judged in groups, what it does not repeat is repeated beside it. */
async function confirm(
  alone: readonly AnalyzedFeature[],
  experimenter: Experimenter,
  strategy: StrategyName,
): ReturnType<typeof confirmJointly> {
  if (strategy === "exhaustive") {
    return confirmJointly(alone, experimenter);
  }
  const unrepeated = alone.filter(({ verdict }) => verdict === "any").map(({ feature }) => feature);
  const [confirmed, fakes] = await waitForAll([
    confirmJointly(alone, experimenter),
    repeatTogether(unrepeated, "fake", experimenter),
  ]);
  const left = confirmed.features
    .filter(({ stub, feature }) => stub.works && !confirmed.confirmation.stubbed.includes(feature.name))
    .map(({ feature }) => feature);
  const stubs = await repeatTogether(left, "stub", experimenter);
  return {
    ...confirmed,
    features: applyRepetitions(confirmed.features, confirmed.confirmation, { stub: stubs, fake: fakes }),
  };
}

/** Where impact is strict, what is left of the joint set has to pass, too. */
async function addImpacts(
  request: AnalysisRequest,
  confirmed: ConfirmedFeatures,
  experimenter: Experimenter & Comparer,
  progress: ProgressReporter,
): Promise<ConfirmedFeatures & { readonly impactWarnings: readonly string[] }> {
  progress.begin("impact");
  progress.expect(countCompared(confirmed.features) * request.replicas);
  const { features, warnings } = await measureImpacts(request, confirmed.features, experimenter);
  if (request.impact === "measured") {
    return { ...confirmed, features, impactWarnings: warnings };
  }
  const again = await confirmJointly(features, experimenter);
  return { ...again, conflicts: [...confirmed.conflicts, ...again.conflicts], impactWarnings: warnings };
}

/** What the strategy found, and the baseline with all of its runs: what was left of it is made beside the search. */
interface Searched {
  readonly alone: readonly AnalyzedFeature[];
  readonly complete: Baseline | FailedBaseline;
}

async function searchBesideBaseline(
  context: AnalysisContext<AnalysisRequest>,
  baseline: Baseline,
  { experimenter, queue, used }: { experimenter: Experimenter; queue: RunQueue; used: readonly UsedFeature[] },
): Promise<Searched> {
  const { strategy, prior = BUILT_IN_PRIOR } = context.request;
  // The listener was told of the baseline before.
  const { onProgress: _, ...silent } = context.request;
  const complete = baseline.isComplete
    ? Promise.resolve(baseline)
    : queue.wait(() => completeBaseline({ ...context, request: silent }), PRIORITY.late);
  const [alone, completed] = await waitForAll([STRATEGIES[strategy](used, experimenter, prior), complete]);
  return { alone, complete: completed };
}

/**
 * Everything after the baseline: the strategy's experiments, what is left of the baseline beside them, the joint confirmation and, where asked for,
 * impacts. `started` is when the analysis began (performance.now()). Throws what runs throw, and UnstableWorkloadError.
 */
export async function completeAnalysis(
  context: AnalysisContext<AnalysisRequest>,
  baseline: Baseline,
  started: number,
): Promise<CompletedAnalysis | FailedAnalysis> {
  const { request, journal } = context;
  const { report } = baseline.observation;
  const used: readonly UsedFeature[] = listUsedFeatures(report, request.kinds);
  const progress = new ProgressReporter(request, used.length);
  const queue = new RunQueue(context, baseline.jobs, progress);
  const experimenter = new WorkloadExperimenter(context, toSubject(context, baseline), queue);
  progress.begin("search");
  const { alone, complete } = await searchBesideBaseline(context, baseline, { experimenter, queue, used });
  if (complete.kind === "failed") {
    return toFailedAnalysis(context, complete);
  }
  if (expectsOtherwise(baseline, complete)) {
    await journal.forgetRuns();
    return completeAnalysis(context, complete, started);
  }
  progress.begin("confirmation");
  const confirmed = await confirm(alone, experimenter, request.strategy);
  const { features, confirmation, conflicts, impactWarnings } =
    request.impact === "ignored"
      ? { ...confirmed, impactWarnings: [] }
      : await addImpacts(request, confirmed, experimenter, progress);
  request.onProgress?.({
    kind: "confirmation",
    stubbed: confirmation.stubbed.length,
    faked: confirmation.faked.length,
    passed: confirmation.passed,
  });
  const runs = [complete.observation, ...complete.replicas];
  const description = await describeRun(context, report);
  return {
    ...description,
    ...describeTests(runs),
    warnings: [...description.warnings, ...listTestProblems(runs), ...impactWarnings],
    outcome: "analyzed",
    durationSeconds: complete.longestSeconds,
    features,
    confirmation,
    conflicts,
    search: {
      strategy: request.strategy,
      runs: runs.length + journal.runs.length + journal.excerptRuns.length,
      fullRuns: runs.length + journal.runs.filter(({ passed }) => passed).length,
      seconds: (performance.now() - started) / 1000,
      baselineSeconds: complete.longestSeconds,
    },
  };
}
