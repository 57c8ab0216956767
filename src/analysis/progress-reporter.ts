// SPDX-License-Identifier: GPL-3.0-or-later
import type { AnalysisRequest, Phase } from "./analysis.js";
import type { Experiment } from "./experiment.js";
import { describeExperiment } from "./feature-rules.js";
import type { FinishedRun, RunListener } from "./run-queue.js";

/** How many runs a strategy makes for each feature, replicas of successes aside: measured over real packages. */
const RUNS_PER_FEATURE = { adaptive: 1.2, exhaustive: 2 } as const;

/** Treatments that work, and are compared with the baseline where impact is asked for, for each feature: likewise. */
const COMPARED_PER_FEATURE = 1.2;

/** Tells a listener how far an analysis is, and how long it may still take. */
export class ProgressReporter implements RunListener {
  readonly #started = performance.now();
  #expected: number;
  #done = 0;

  constructor(
    private readonly request: AnalysisRequest,
    features: number,
  ) {
    const { strategy, replicas, impact } = request;
    const repeated = strategy === "exhaustive" ? features * (replicas - 1) : 0;
    const compared = impact !== "ignored" ? features * COMPARED_PER_FEATURE * replicas : 0;
    this.#expected = Math.ceil(features * RUNS_PER_FEATURE[strategy] + repeated + replicas * 2 + compared);
  }

  /** Puts a number that is known in place of what was estimated for the runs that are left. */
  expect(runsLeft: number): void {
    this.#expected = this.#done + runsLeft;
  }

  begin(phase: Phase): void {
    this.request.onProgress?.({ kind: "phase", phase });
  }

  readonly onRunning = (experiments: readonly Experiment[]): void => {
    this.request.onProgress?.({ kind: "running", descriptions: experiments.map(describeExperiment) });
  };

  readonly onFinished = ({ experiment, record }: FinishedRun): void => {
    this.#done += 1;
    const of = Math.max(this.#done, this.#expected);
    const elapsed = (performance.now() - this.#started) / 1000;
    this.request.onProgress?.({
      kind: "experiment",
      done: this.#done,
      of,
      description: describeExperiment(experiment),
      works: record.passed,
      seconds: record.seconds,
      secondsLeft: (elapsed / this.#done) * (of - this.#done),
    });
  };
}
