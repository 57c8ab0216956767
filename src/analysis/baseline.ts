// SPDX-License-Identifier: GPL-3.0-or-later
import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { runAll } from "../run-all.js";
import type { TraceReport } from "../tracing/trace-report.js";
import { type Expectation, NOTHING_EXPECTED } from "../workload/expectation.js";
import type { RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import { isExplainedByFlakyTests } from "../workload/test-results/flaky-failures.js";
import type { TestResults } from "../workload/test-results/test-results.js";
import type { AnalysisRequest, FailedAnalysis } from "./analysis.js";
import { type AnalysisContext, toRunOptions } from "./analysis-context.js";
import { collectExits, type KnownEnds } from "./blame.js";
import { identifyExecutables, listExecuted, listNeverExecuted } from "./executables.js";
import { explainNoTests } from "./no-tests.js";
import { listConsidered } from "./observed-features.js";
import { explainFailure, requireConclusive } from "./run-checks.js";
import { recordArguments } from "./sub-features/rules.js";
import { listUsedFeatures } from "./used-features.js";

/** The workload as it is when nothing is interposed. */
export interface Baseline {
  readonly kind: "baseline";
  readonly observation: RunResult;
  /** Plain runs, at least one. */
  readonly replicas: readonly RunResult[];
  /** Wall-clock time of the longest plain run. */
  readonly longestSeconds: number;
  /** Limit for every later run. */
  readonly timeLimitSeconds: number;
  readonly expected: Expectation;
  /** How many runs at the same time make good use of the machine. */
  readonly jobs: number;
}

/** The workload cannot be analyzed, and why. */
export interface FailedBaseline {
  readonly kind: "failed";
  readonly outcome: FailedAnalysis["outcome"];
  readonly reason: string;
  readonly observation: RunResult;
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

function recordFor({
  request,
  architecture,
}: AnalysisContext): Pick<Parameters<typeof runWorkload>[1], "record" | "recordArguments"> {
  return {
    ...(request.kinds.includes("pseudo-file") && { record: ["paths"] as const }),
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
export async function observeWorkload(
  context: AnalysisContext,
): Promise<FailedBaseline | { readonly kind: "observed"; readonly observation: RunResult }> {
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

async function runReplicas(context: AnalysisContext<AnalysisRequest>): Promise<readonly RunResult[]> {
  const { request, jobs } = context;
  const queue = new PQueue({ concurrency: jobs });
  let done = 0;
  const names = Array.from({ length: request.replicas }, (_, index) => `replica-${index + 1}`);
  return runAll(names, (name) =>
    queue.add(
      async () => {
        const replica = await runOnce(context, name, "none");
        done += 1;
        request.onProgress?.({ kind: "replica", done, of: request.replicas, seconds: replica.seconds });
        return replica;
      },
      { throwOnTimeout: true },
    ),
  );
}

/** The observation run and the plain replicas. */
export async function measureBaseline(context: AnalysisContext<AnalysisRequest>): Promise<Baseline | FailedBaseline> {
  const observed = await observeWorkload(context);
  if (observed.kind === "failed") {
    return observed;
  }
  const { observation } = observed;
  if (!observation.passed && (observation.tests?.tests.size ?? 0) === 0) {
    return explainFailedObservation(context, observation);
  }
  const replicas = await runReplicas(context);
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
  const quietSeconds = Math.max(...replicas.map((replica) => replica.quietSeconds));
  return {
    kind: "baseline",
    observation,
    replicas,
    longestSeconds,
    timeLimitSeconds: longestSeconds * TIME_LIMIT_FACTOR + TIME_LIMIT_CONSTANT_SECONDS,
    expected: {
      ...NOTHING_EXPECTED,
      deaths: collectDeaths(runs),
      ...chooseExits(runs, tests),
      tests,
      quietLimitSeconds: quietSeconds * QUIET_FACTOR + QUIET_CONSTANT_SECONDS,
    },
    jobs: chooseJobs(context, replicas),
  };
}
