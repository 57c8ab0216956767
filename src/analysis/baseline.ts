// SPDX-License-Identifier: GPL-3.0-or-later
import { type Expectation, type KnownDeath, NOTHING_EXPECTED } from "../workload/expectation.js";
import type { RunResult } from "../workload/run-result.js";
import { runWorkload } from "../workload/run-workload.js";
import type { AnalysisRequest, FailedAnalysis, ObservationRequest } from "./analysis.js";
import { listExecuted, listNeverExecuted } from "./executables.js";
import { listConsidered, listUsedSyscalls } from "./observed-features.js";
import type { ResultsLog } from "./results-log.js";
import { explainFailure, requireConclusive } from "./run-checks.js";

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
 * machine, the constant for suites that take no time at all.
 */
const TIME_LIMIT_FACTOR = 3;
const TIME_LIMIT_CONSTANT_SECONDS = 10;

/** How many programs a sentence names. */
const LONGEST_LIST = 12;

function nameSome(paths: readonly string[]): string {
  const shown = paths.slice(0, LONGEST_LIST).join(", ");
  return paths.length > LONGEST_LIST ? `${shown} and ${paths.length - LONGEST_LIST} more` : shown;
}

function explainNoTests(request: ObservationRequest, observation: RunResult): string {
  const executed = listExecuted(observation.report);
  const inTree = executed.filter((path) => path.startsWith(`${request.workload.directory}/`));
  const patterns = request.considered.map(({ pattern }) => pattern);
  const wanted =
    patterns.length === 0 ? "there is no program to consider" : `no process executed ${nameSome(patterns)}`;
  const suggestion =
    inTree.length > 0
      ? `; programs of its own tree that ran, to be named with --consider: ${nameSome(inTree)}`
      : `; what ran: ${nameSome(executed)}`;
  return `${wanted}${suggestion}`;
}

function collectDeaths(runs: readonly RunResult[]): readonly KnownDeath[] {
  return runs.flatMap(({ report }) => report.deaths.map(({ path, signal }) => ({ path, signal })));
}

async function runOnce(
  request: ObservationRequest,
  log: ResultsLog,
  name: string,
  discover: "counts" | "none",
): Promise<RunResult> {
  const result = requireConclusive(
    await runWorkload(request.workload, {
      considered: request.considered.map(({ pattern }) => pattern),
      discover,
      timeLimitSeconds: request.baselineTimeLimitSeconds,
      runDirectory: await log.openRun(name),
      ...(request.signal && { signal: request.signal }),
    }),
  );
  // With nothing interposed, a death is part of the workload as long as the workload calls it a success.
  const { failure, ...rest } = result;
  return failure?.kind === "death" ? { ...rest, passed: true } : result;
}

/**
 * Runs the workload once and records what its considered executables do. This first run is also the warm-up: suites compile
 * test programs when they run for the first time.
 */
export async function observeWorkload(
  request: ObservationRequest,
  log: ResultsLog,
): Promise<FailedBaseline | { readonly kind: "observed"; readonly observation: RunResult }> {
  const observation = await runOnce(request, log, "observation", "counts");
  if (observation.failure?.kind === "time-limit") {
    return { kind: "failed", outcome: "timeout", reason: explainFailure(observation), observation };
  }
  if (observation.passed && listConsidered(observation.report).length === 0) {
    return { kind: "failed", outcome: "no-tests", reason: explainNoTests(request, observation), observation };
  }
  request.onProgress?.({
    kind: "observed",
    seconds: observation.seconds,
    features: listUsedSyscalls(observation.report).length,
    neverExecuted: listNeverExecuted(request.considered, observation.report),
    executed: listExecuted(observation.report),
  });
  return { kind: "observed", observation };
}

/** Whether a workload that failed while it was observed also fails when it is not: then it fails by itself. */
export async function explainFailedObservation(
  request: ObservationRequest,
  log: ResultsLog,
  observation: RunResult,
): Promise<FailedBaseline> {
  const plain = await runOnce(request, log, "plain", "none");
  if (!plain.passed) {
    return { kind: "failed", outcome: "baseline-fails", reason: explainFailure(plain), observation };
  }
  const again = await runOnce(request, log, "observation-again", "counts");
  return again.passed
    ? { kind: "failed", outcome: "flaky", reason: `1 of 3 runs failed: ${explainFailure(observation)}`, observation }
    : {
        kind: "failed",
        outcome: "tracer-error",
        reason: `the workload passes by itself and fails when it is observed: ${explainFailure(observation)}`,
        observation,
      };
}

/** The observation run and the plain replicas. */
export async function measureBaseline(request: AnalysisRequest, log: ResultsLog): Promise<Baseline | FailedBaseline> {
  const observed = await observeWorkload(request, log);
  if (observed.kind === "failed") {
    return observed;
  }
  const { observation } = observed;
  if (!observation.passed) {
    return explainFailedObservation(request, log, observation);
  }
  const replicas: RunResult[] = [];
  for (let done = 1; done <= request.replicas; done++) {
    const replica = await runOnce(request, log, `replica-${done}`, "none");
    replicas.push(replica);
    request.onProgress?.({ kind: "replica", done, of: request.replicas, seconds: replica.seconds });
  }
  const failed = replicas.filter(({ passed }) => !passed);
  const [firstFailure] = failed;
  if (firstFailure !== undefined) {
    const count = `${failed.length} of ${replicas.length + 1} runs failed with nothing interposed`;
    return { kind: "failed", outcome: "flaky", reason: `${count}: ${explainFailure(firstFailure)}`, observation };
  }
  const longestSeconds = Math.max(...replicas.map(({ seconds }) => seconds));
  return {
    kind: "baseline",
    observation,
    replicas,
    longestSeconds,
    timeLimitSeconds: longestSeconds * TIME_LIMIT_FACTOR + TIME_LIMIT_CONSTANT_SECONDS,
    expected: { ...NOTHING_EXPECTED, deaths: collectDeaths([observation, ...replicas]) },
  };
}
