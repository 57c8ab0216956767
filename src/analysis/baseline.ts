// SPDX-License-Identifier: GPL-3.0-or-later
import { availableParallelism } from "node:os";
import type { TraceReport } from "../tracing/trace-report.js";
import { type Expectation, NOTHING_EXPECTED } from "../workload/expectation.js";
import type { RunResult } from "../workload/run-result.js";
import { summarizeBaseline } from "../workload/test-results/baseline-tests.js";
import { isExplainedByFlakyTests } from "../workload/test-results/flaky-failures.js";
import type { TestResults } from "../workload/test-results/test-results.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { collectExits, type KnownEnds } from "./blame.js";
import {
  countPlainRuns,
  explainFailedObservation,
  type FailedBaseline,
  isHopeless,
  runBaseline,
} from "./plain-runs.js";
import { explainFailure } from "./run-checks.js";
import { deriveLimits, type RunLimits } from "./run-limits.js";
import { listSeparateScripts } from "./separate-scripts.js";

/** The workload as it is when nothing is interposed. */
export interface Baseline {
  readonly kind: "baseline";
  /** Whether all plain runs have been made. */
  readonly isComplete: boolean;
  readonly observation: RunResult;
  /** Plain runs, at least one; with the observed one as many as replicas were asked for. */
  readonly replicas: readonly RunResult[];
  /** Wall-clock time of the longest plain run. */
  readonly longestSeconds: number;
  /** Of later runs, as long as the machine is as it was. */
  readonly limits: RunLimits;
  readonly expected: Expectation;
  /** How many runs at the same time make good use of the machine. */
  readonly jobs: number;
}

/** Suites that mostly wait leave the processors to others: as many as this for each of them. */
const MOST_JOBS_PER_CORE = 4;

function collectDeaths(runs: readonly RunResult[]): Expectation["deaths"] {
  return runs.flatMap(({ report }) => report.deaths.map(({ path, signal }) => ({ path, signal })));
}

/** What considered processes exit with; the reports count them for each executable. */
function listExits({ executables }: TraceReport): readonly number[] {
  return executables.filter(({ considered }) => considered).flatMap(({ exits }) => [...exits.keys()]);
}

function collectTests(runs: readonly RunResult[]): readonly TestResults[] {
  return runs.flatMap(({ tests }) => (tests === undefined ? [] : [tests]));
}

/**
 * The statuses that count as success. A suite that reports single tests says itself what matters: there none is held against it,
 * because servers that are told to stop, say, do not always end with the same one.
 */
function chooseExits(runs: readonly RunResult[], tests: readonly TestResults[]): Pick<Expectation, "exits"> {
  return tests.some((results) => results.tests.size > 0)
    ? {}
    : { exits: new Set([0, ...runs.flatMap(({ report }) => listExits(report))]) };
}

/** How considered programs end when nothing is interposed. */
export function toKnownEnds({ observation, replicas, expected }: Baseline): KnownEnds {
  return { deaths: expected.deaths, exits: collectExits([observation, ...replicas].map(({ report }) => report)) };
}

/** As many at the same time as there are processors; more where the workload mostly waits. */
function chooseJobs(
  { request, isolation, jobs }: AnalysisContext<AnalysisRequest>,
  runs: readonly RunResult[],
): number {
  if (request.jobs !== undefined || isolation.sandbox === undefined) {
    return jobs;
  }
  const cpuSeconds = runs.reduce((total, { report }) => total + report.end.cpuSeconds, 0);
  const seconds = runs.reduce((total, run) => total + run.seconds, 0);
  const busy = Math.max(cpuSeconds / seconds, 1 / MOST_JOBS_PER_CORE);
  return Math.max(
    jobs,
    Math.min(MOST_JOBS_PER_CORE * availableParallelism(), Math.floor(availableParallelism() / busy)),
  );
}

/** Whether the last of the plain runs would be alone on a machine that takes several at a time. */
function isLastAlone({ request, jobs }: AnalysisContext<AnalysisRequest>): boolean {
  const plainRuns = countPlainRuns(request);
  return plainRuns > 1 && jobs > 1 && (1 + plainRuns) % jobs === 1;
}

/**
 * The observation run and the plain replicas. Of a workload that takes a while and whose search can begin with an excerpt, the last one is left to
 * `completeBaseline`, where it would be alone.
 */
export async function measureBaseline(context: AnalysisContext<AnalysisRequest>): Promise<Baseline | FailedBaseline> {
  const all = countPlainRuns(context.request);
  if (context.request.strategy === "adaptive" && isLastAlone(context)) {
    const first = await judgeBaseline(context, all - 1);
    if (first.kind === "failed" || listSeparateScripts(context, first).scripts.length > 0) {
      return first;
    }
  }
  return completeBaseline(context);
}

/** With all plain runs: those that are missing are made. */
export async function completeBaseline(context: AnalysisContext<AnalysisRequest>): Promise<Baseline | FailedBaseline> {
  return judgeBaseline(context, countPlainRuns(context.request));
}

/** Whether a run that one of them calls a failure may be a success for the other, or the other way round. */
export function expectsOtherwise({ expected: one }: Baseline, { expected: other }: Baseline): boolean {
  const describe = ({ deaths, exits, tests }: Expectation): string =>
    JSON.stringify([
      [...new Set(deaths.map(({ path, signal }) => `${signal} ${path}`))].sort(),
      [...(exits ?? [])].sort(),
      summarizeBaseline(tests).passing,
    ]);
  return describe(one) !== describe(other);
}

async function judgeBaseline(
  context: AnalysisContext<AnalysisRequest>,
  plainRuns: number,
): Promise<Baseline | FailedBaseline> {
  const { observed, replicas } = await runBaseline(context, plainRuns);
  if (observed.kind === "failed") {
    return observed;
  }
  const { observation } = observed;
  if (isHopeless(observed)) {
    return explainFailedObservation(context, observation);
  }
  const runs = [observation, ...replicas];
  const tests = collectTests(runs);
  const isExplained = (run: RunResult): boolean =>
    run.failure?.kind === "command" && run.tests !== undefined && isExplainedByFlakyTests(tests, run.tests);
  if (!observation.passed && !isExplained(observation)) {
    return explainFailedObservation(context, observation);
  }
  const failed = runs.filter((run) => !run.passed && !isExplained(run));
  const [firstFailure] = failed;
  if (firstFailure !== undefined) {
    const count = `${failed.length} of ${runs.length} runs failed with nothing interposed`;
    return { kind: "failed", outcome: "flaky", reason: `${count}: ${explainFailure(firstFailure)}`, observation };
  }
  const longestSeconds = Math.max(...replicas.map(({ seconds }) => seconds));
  const limits = deriveLimits(replicas);
  return {
    kind: "baseline",
    isComplete: plainRuns === countPlainRuns(context.request),
    observation,
    replicas,
    longestSeconds,
    limits,
    expected: {
      ...NOTHING_EXPECTED,
      deaths: collectDeaths(runs),
      ...chooseExits(runs, tests),
      tests,
    },
    jobs: chooseJobs(context, replicas),
  };
}
