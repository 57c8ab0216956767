// SPDX-License-Identifier: GPL-3.0-or-later
import type { Feature, Treatment } from "./feature.js";

/** A feature and what is done with it. */
export interface TreatedFeature {
  readonly feature: Feature;
  readonly treatment: Treatment;
}

/** A set of features that are stubbed or faked in the same run. */
export interface Experiment {
  readonly treated: readonly TreatedFeature[];
}

/** What a run showed beside its success; absent what the tracer could not read. */
export interface RunMetrics {
  /** Of the considered process that used most. */
  readonly residentKiB?: number;
  readonly descriptors?: number;
  /** The number that the workload printed. */
  readonly metric?: number;
  /** The share of the run's time that stops in the tracer took, estimated: it is the tracer's doing, not the treatment's. */
  readonly tracerShare?: number;
}

/** The outcome of an experiment over its replicas; the first failing replica decides. */
export interface ExperimentResult {
  readonly experiment: Experiment;
  readonly works: boolean;
  readonly runs: number;
  readonly seconds: number;
  readonly reason?: string;
  /** Of a failed probe: the treatment that a process which died or failed points at. */
  readonly culprit?: TreatedFeature;
  /** Of a failed probe: the treatments that were put to use, the most suspicious one first. */
  readonly suspects: readonly TreatedFeature[];
  /** Of a probe or a survey that passed: the treatments that were not put to use, of which it says nothing. */
  readonly idle: readonly TreatedFeature[];
  /** Of a failure: the tests that are known to have been lost, by the names of TestResults; of a survey, all. */
  readonly lost: readonly string[];
  /** Of the runs that passed. */
  readonly metrics: readonly RunMetrics[];
}

/** Which of several experiments has ended first, and how. */
export interface FirstEnded {
  readonly index: number;
  readonly works: boolean;
}

/**
 * Runs experiments for a strategy, several at the same time as far as the machine allows; what was run before is not run again.
 * Throws InterruptedError, TracerError or EnvironmentError when no result can be had.
 */
export interface Experimenter {
  /** How often the user wants a success to be repeated. */
  readonly replicas: number;
  /** About how long a passing run takes. */
  readonly passSeconds: number;
  /** Whether there are tests of which excerpts save time, as far as one can tell without having tried. */
  readonly hasSeparateTests: boolean;
  /**
   * Runs `replicas` times (default: as often as the user asked for), or until the first failure: once on the whole, and then, where that is known,
   * on the tests that treatments can change.
   */
  run(experiment: Experiment, replicas?: number): Promise<ExperimentResult>;
  /** Runs so many times more, whatever was run before, or until the first failure. */
  repeat(experiment: Experiment, times: number): Promise<ExperimentResult>;
  /** How many runs have passed in which a feature was treated so, alone or together with others. */
  countPasses(treated: TreatedFeature): number;
  /**
   * Runs once, before everything that waits; every interposed call stops in the tracer, so that a failure has suspects. One that goes
   * on for `patienceSeconds` is ended and counts as not run: it works, in no run.
   */
  probe(experiment: Experiment, patienceSeconds?: number): Promise<ExperimentResult>;
  /** The same when it is its turn, and without suspects; how long it may go on is asked for when it begins. */
  tryOut(experiment: Experiment, findPatienceSeconds: () => number | undefined): Promise<ExperimentResult>;
  /**
   * Runs once, on the tests that treatments can change, before everything that waits, and goes on when it is lost, so that a failure has all
   * tests that are lost.
   */
  survey(experiment: Experiment): Promise<ExperimentResult>;
  /**
   * The same workload with some of these tests alone, where that is possible and takes less time: the quickest of them, as many as take
   * `seconds`, and at least one. What fails there fails in the whole; what passes there counts as not run: it works, in no run. Undefined where tests cannot
   * be run without the others.
   */
  openExcerpt(tests: readonly string[], seconds: number): Promise<Experimenter | undefined>;
  /** Runs each once, at the same time; the index of the first that fails, which ends the others, or undefined when all pass. */
  findFailing(experiments: readonly Experiment[]): Promise<number | undefined>;
  /** The same before everything that waits; those that go on for `patienceSeconds` are ended, count as not run, and have not failed. */
  findFailingSoon(experiments: readonly Experiment[], patienceSeconds: number): Promise<number | undefined>;
  /**
   * Runs each once, at the same time and before everything that waits. The first that fails or passes ends the others; one that goes on for
   * `patienceSeconds` is ended, too. What is ended counts as not run. Undefined when all were.
   */
  race(experiments: readonly Experiment[], patienceSeconds: number): Promise<FirstEnded | undefined>;
}

/** How many runs that are compared with each other go on at the same time: one where the time that they take is what is compared. */
export type CompareJobs = "one" | "as-many-as-useful";

/** Runs experiments to compare what they measure. Throws what an Experimenter throws. */
export interface Comparer {
  /**
   * Runs each experiment as often as the user wants successes to be repeated, in rounds, so that whatever changes on the machine
   * meanwhile meets all of them. Runs that were made for other purposes, with others at the same time, do not count. One that fails is
   * not run again. The results are in the order of the experiments.
   */
  compare(experiments: readonly Experiment[], jobs: CompareJobs): Promise<readonly ExperimentResult[]>;
}

/** The experiment that changes nothing. */
export const NOTHING_TREATED: Experiment = { treated: [] };

/** The same for the same set of treated features, in whatever order they come. */
export function identifyExperiment({ treated }: Experiment): string {
  return treated.map(identifyTreated).sort().join("\n");
}

/** A treated feature as one word of a text. */
export function identifyTreated({ feature, treatment }: TreatedFeature): string {
  return `${treatment} ${feature.kind} ${feature.name}`;
}
