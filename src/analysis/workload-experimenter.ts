// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from "p-queue";
import { runAll } from "../run-all.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import type { Baseline } from "./baseline.js";
import {
  type CompareJobs,
  type Comparer,
  type Experiment,
  type Experimenter,
  type ExperimentResult,
  type FirstEnded,
  identifyExperiment,
  identifyTreated,
  type TreatedFeature,
} from "./experiment.js";
import { ExperimentRecords } from "./experiment-records.js";
import { PRIORITY, type QueuedRun, type RunListener, RunQueue } from "./run-queue.js";

/** Runs that are compared are kept apart from the same experiments' other runs, which others may have slowed down. */
function identifyCompared(experiment: Experiment): string {
  return ["compared", identifyExperiment(experiment)].join("\n");
}

/** Runs experiments on the request's workload: those whose results the journal does not have. */
export class WorkloadExperimenter implements Experimenter, Comparer {
  readonly #queue: RunQueue;
  readonly #records: ExperimentRecords;
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    private readonly baseline: Baseline,
    listener: RunListener,
  ) {
    this.#queue = new RunQueue(context, baseline, listener);
    this.#records = new ExperimentRecords(context.journal);
  }

  get replicas(): number {
    return this.context.request.replicas;
  }

  get passSeconds(): number {
    return this.baseline.longestSeconds;
  }

  /** Runs that were made so far, those of an interrupted analysis that this one goes on with included. */
  get runs(): number {
    return this.context.journal.runs.length;
  }

  /** Those of them that passed, and therefore took as long as the workload takes. */
  get fullRuns(): number {
    return this.context.journal.runs.filter(({ passed }) => passed).length;
  }

  async run(experiment: Experiment, replicas: number = this.replicas): Promise<ExperimentResult> {
    return this.#exclusively(experiment, async () => {
      const missing = (): number =>
        this.#records.hasFailed(experiment) ? 0 : replicas - this.#records.listRuns(experiment).length;
      // One run mostly decides; the others are repetitions of a success.
      if (missing() === replicas) {
        await this.#queue.run(experiment, { priority: PRIORITY.ordinary, blame: "none" });
      }
      await this.#runAtOnce(Array.from({ length: Math.max(0, missing()) }, () => experiment));
      return this.#records.summarize(experiment);
    });
  }

  async repeat(experiment: Experiment, times: number): Promise<ExperimentResult> {
    return this.run(experiment, this.#records.listRuns(experiment).length + times);
  }

  countPasses(treated: TreatedFeature): number {
    return this.context.journal.countPasses(identifyTreated(treated));
  }

  async compare(experiments: readonly Experiment[], jobs: CompareJobs): Promise<readonly ExperimentResult[]> {
    const queue = new PQueue({ concurrency: jobs === "one" ? 1 : this.baseline.jobs });
    for (let round = 1; round <= this.replicas; round++) {
      const open = experiments.filter((experiment) => {
        const records = this.#records.listRuns(experiment, identifyCompared(experiment));
        return records.length < round && records.every(({ passed }) => passed);
      });
      await runAll(open, (experiment) =>
        queue.add(() => this.#queue.runNow(experiment, identifyCompared(experiment), { blame: "none" })),
      );
    }
    return experiments.map((experiment) => this.#records.summarize(experiment, identifyCompared(experiment)));
  }

  async probe(experiment: Experiment, patienceSeconds?: number): Promise<ExperimentResult> {
    return this.#runOnce(experiment, {
      priority: PRIORITY.probe,
      blame: "suspect",
      findPatienceSeconds: () => patienceSeconds,
    });
  }

  async tryOut(experiment: Experiment, findPatienceSeconds: () => number | undefined): Promise<ExperimentResult> {
    return this.#runOnce(experiment, { priority: PRIORITY.ordinary, blame: "none", findPatienceSeconds });
  }

  async #runOnce(experiment: Experiment, settings: QueuedRun): Promise<ExperimentResult> {
    return this.#exclusively(experiment, async () => {
      if (this.#records.listRuns(experiment).length === 0) {
        await this.#queue.run(experiment, settings);
      }
      return this.#records.summarize(experiment);
    });
  }

  async findFailing(experiments: readonly Experiment[]): Promise<number | undefined> {
    if (this.#records.findFailed(experiments) === undefined) {
      await this.#runAtOnce(experiments.filter((experiment) => this.#records.listRuns(experiment).length === 0));
    }
    return this.#records.findFailed(experiments);
  }

  async findFailingSoon(experiments: readonly Experiment[], patienceSeconds: number): Promise<number | undefined> {
    if (this.#records.findFailed(experiments) === undefined) {
      const open = experiments.filter((experiment) => this.#records.listRuns(experiment).length === 0);
      await this.#runSoon(open, patienceSeconds, () => this.#records.findFailed(experiments) !== undefined);
    }
    return this.#records.findFailed(experiments);
  }

  async race(experiments: readonly Experiment[], patienceSeconds: number): Promise<FirstEnded | undefined> {
    if (this.#records.findEnded(experiments) === undefined) {
      await this.#runSoon(experiments, patienceSeconds, () => this.#records.findEnded(experiments) !== undefined);
    }
    return this.#records.findEnded(experiments);
  }

  /** One run each, before everything that waits, until nothing is left to find out. */
  async #runSoon(experiments: readonly Experiment[], patienceSeconds: number, isDecided: () => boolean): Promise<void> {
    const settings = { priority: PRIORITY.probe, blame: "none", findPatienceSeconds: () => patienceSeconds } as const;
    await this.#queue.runTogether(experiments, settings, isDecided);
  }

  /** The first failure ends the others, which then leave no record. */
  async #runAtOnce(experiments: readonly Experiment[]): Promise<void> {
    const settings = { priority: PRIORITY.ordinary, blame: "none" } as const;
    await this.#queue.runTogether(experiments, settings, () => this.#records.findFailed(experiments) !== undefined);
  }

  /** Two runs of the same experiment must not both find that nothing is known about it. */
  async #exclusively<Result>(experiment: Experiment, work: () => Promise<Result>): Promise<Result> {
    const id = identifyExperiment(experiment);
    const before = this.#busy.get(id) ?? Promise.resolve();
    const after = before.then(work, work);
    const settled = after.catch(() => undefined);
    this.#busy.set(id, settled);
    return after;
  }
}
