// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from "p-queue";
import { withEitherSignal } from "../either-signal.js";
import { InterruptedError } from "../errors.js";
import { runAll } from "../run-all.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { type Experiment, identifyExperiment } from "./experiment.js";
import type { ExperimentRunner, RunSettings } from "./experiment-runner.js";
import type { RunRecord } from "./journal.js";

/** Where in the queue a run goes: probes decide what is done next; what is late, nothing but the result waits for. */
export const PRIORITY = { probe: 1, ordinary: 0, late: -1 } as const;

/** How one run of an experiment is made. */
export interface QueuedRun extends RunSettings {
  readonly priority: number;
  /** Asked when the run begins: after so many seconds it is ended; undefined: it is run to the end. */
  readonly findPatienceSeconds?: () => number | undefined;
}

/** News of a finished run. */
export interface FinishedRun {
  readonly experiment: Experiment;
  readonly record: RunRecord;
}

/** What is told while runs are made. */
export interface RunListener {
  readonly onFinished: (run: FinishedRun) => void;
  readonly onRunning: (experiments: readonly Experiment[]) => void;
}

/** Makes runs of experiments, up to `jobs` at the same time, and keeps every finished one in the journal. */
export class RunQueue {
  readonly #queue: PQueue;
  #running: readonly Experiment[] = [];

  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    readonly jobs: number,
    private readonly listener: RunListener,
  ) {
    this.#queue = new PQueue({ concurrency: jobs });
  }

  /** Does something else than a run of an experiment when it is its turn. */
  async wait<Result>(work: () => Promise<Result>, priority: number): Promise<Result> {
    return this.#queue.add(work, { priority, throwOnTimeout: true });
  }

  /** One run. One that its signal ends, or that goes on for longer than it may, the time in the queue apart, leaves no record. */
  async run(runner: ExperimentRunner, experiment: Experiment, settings: QueuedRun): Promise<void> {
    const { priority, signal, findPatienceSeconds, ...rest } = settings;
    const patience = new AbortController();
    const start = async (): Promise<void> => {
      const seconds = findPatienceSeconds?.();
      const timer = seconds === undefined ? undefined : setTimeout(() => patience.abort(), seconds * 1000);
      await withEitherSignal([signal, patience.signal], (either) =>
        this.runNow(runner, experiment, identifyExperiment(experiment), { ...rest, signal: either }),
      ).finally(() => clearTimeout(timer));
    };
    try {
      await this.#queue.add(start, { priority });
    } catch (error) {
      const isEnded = patience.signal.aborted || signal?.aborted === true;
      // What else interrupts it, interrupts the analysis.
      if (!(error instanceof InterruptedError) || this.context.request.signal?.aborted || !isEnded) {
        throw error;
      }
    }
  }

  /** One run each, at the same time. As soon as nothing is left to find out, the others are ended. */
  async runTogether(
    runner: ExperimentRunner,
    experiments: readonly Experiment[],
    settings: Omit<QueuedRun, "signal">,
    isDecided: () => boolean,
  ): Promise<void> {
    const decided = new AbortController();
    await runAll(experiments, async (experiment) => {
      await this.run(runner, experiment, { ...settings, signal: decided.signal });
      if (isDecided()) {
        decided.abort();
      }
    });
  }

  /** One run beside the queue, which the journal calls `id`. */
  async runNow(runner: ExperimentRunner, experiment: Experiment, id: string, settings: RunSettings): Promise<void> {
    // A copy, because replicas of one experiment run at the same time.
    const running = { ...experiment };
    this.#tellRunning([...this.#running, running]);
    try {
      const record = await runner.run(experiment, settings);
      await this.context.journal.addRun(id, record, runner.subject.excerpt);
      this.listener.onFinished({ experiment, record });
    } finally {
      this.#tellRunning(this.#running.filter((other) => other !== running));
    }
  }

  #tellRunning(experiments: readonly Experiment[]): void {
    this.#running = experiments;
    this.listener.onRunning(experiments);
  }
}
