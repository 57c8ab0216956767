// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from "p-queue";
import { runAll } from "../run-all.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { Excerpts } from "./excerpts.js";
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
import { combineResults, ExperimentRecords } from "./experiment-records.js";
import { ExperimentRunner } from "./experiment-runner.js";
import { PRIORITY, type QueuedRun, type RunQueue } from "./run-queue.js";
import type { Subject } from "./subject.js";

/** Runs that are compared are kept apart from the same experiments' other runs, which others may have slowed down. */
function identifyCompared(experiment: Experiment): string {
  return ["compared", identifyExperiment(experiment)].join("\n");
}

/** Runs experiments on a subject: those whose results the journal does not have. */
export class WorkloadExperimenter implements Experimenter, Comparer {
  readonly #runner: ExperimentRunner;
  readonly #records: ExperimentRecords;
  readonly #busy = new Map<string, Promise<unknown>>();
  #concerned: WorkloadExperimenter | undefined;

  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    private readonly subject: Subject,
    private readonly queue: RunQueue,
    /** Of the whole. */
    private readonly excerpts: Excerpts = new Excerpts(context, subject, queue),
  ) {
    this.#runner = new ExperimentRunner(context, subject, queue.jobs);
    this.#records = new ExperimentRecords(context.journal, subject);
  }

  get replicas(): number {
    return this.context.request.replicas;
  }

  get passSeconds(): number {
    return this.subject.passSeconds;
  }

  get hasSeparateTests(): boolean {
    return this.excerpts.arePossible;
  }

  async run(experiment: Experiment, replicas: number = this.replicas): Promise<ExperimentResult> {
    const repeating = (await this.#openConcerned()) ?? this;
    return this.#exclusively(experiment, async () => {
      // One run mostly decides; the others are repetitions of a success.
      if (!this.#hasFailed(experiment) && this.#records.listRuns(experiment).length === 0) {
        await this.queue.run(this.#runner, experiment, { priority: PRIORITY.ordinary, blame: "none" });
      }
      const missing = this.#hasFailed(experiment) ? 0 : Math.max(0, replicas - this.#countRuns(experiment));
      await repeating.#runAtOnce(Array.from({ length: missing }, () => experiment));
      return this.#summarize(experiment);
    });
  }

  async repeat(experiment: Experiment, times: number): Promise<ExperimentResult> {
    await this.#openConcerned();
    return this.run(experiment, this.#countRuns(experiment) + times);
  }

  countPasses(treated: TreatedFeature): number {
    const { journal } = this.context;
    const id = identifyTreated(treated);
    return [this, this.#concerned]
      .filter((experimenter) => experimenter !== undefined)
      .reduce((count, { subject }) => count + journal.countPasses(id, subject.excerpt), 0);
  }

  async compare(experiments: readonly Experiment[], jobs: CompareJobs): Promise<readonly ExperimentResult[]> {
    const queue = new PQueue({ concurrency: jobs === "one" ? 1 : this.queue.jobs });
    for (let round = 1; round <= this.replicas; round++) {
      const open = experiments.filter((experiment) => {
        const records = this.#records.listRuns(experiment, identifyCompared(experiment));
        return records.length < round && records.every(({ passed }) => passed);
      });
      await runAll(open, (experiment) =>
        queue.add(() => this.queue.runNow(this.#runner, experiment, identifyCompared(experiment), { blame: "none" })),
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

  async survey(experiment: Experiment): Promise<ExperimentResult> {
    const surveyed = (await this.#openConcerned()) ?? this;
    return surveyed.#runOnce(experiment, { priority: PRIORITY.probe, blame: "suspect", whenLost: "go-on" });
  }

  async openExcerpt(tests: readonly string[], seconds: number): Promise<Experimenter | undefined> {
    const excerpt = await this.excerpts.find(tests, seconds);
    return excerpt && new WorkloadExperimenter(this.context, excerpt, this.queue, this.excerpts);
  }

  /** All tests that treatments can change: where these are not all, the whole is run once, and what it shows is repeated there. */
  async #openConcerned(): Promise<WorkloadExperimenter | undefined> {
    const { strategy } = this.context.request;
    if (strategy === "adaptive" && this.subject.scope === "whole" && this.#concerned === undefined) {
      const concerned = await this.excerpts.findConcerned();
      this.#concerned ??= concerned && new WorkloadExperimenter(this.context, concerned, this.queue, this.excerpts);
    }
    return this.#concerned;
  }

  get #allRecords(): readonly ExperimentRecords[] {
    return [this.#records, ...(this.#concerned === undefined ? [] : [this.#concerned.#records])];
  }

  #hasFailed(experiment: Experiment): boolean {
    return this.#allRecords.some((records) => records.hasFailed(experiment));
  }

  #countRuns(experiment: Experiment): number {
    return this.#allRecords.reduce((count, records) => count + records.listRuns(experiment).length, 0);
  }

  #summarize(experiment: Experiment): ExperimentResult {
    return this.#allRecords.map((records) => records.summarize(experiment)).reduce(combineResults);
  }

  async #runOnce(experiment: Experiment, settings: QueuedRun): Promise<ExperimentResult> {
    return this.#exclusively(experiment, async () => {
      if (this.#records.listRuns(experiment).length === 0) {
        await this.queue.run(this.#runner, experiment, settings);
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
    await this.queue.runTogether(this.#runner, experiments, settings, isDecided);
  }

  /** The first failure ends the others, which then leave no record. */
  async #runAtOnce(experiments: readonly Experiment[]): Promise<void> {
    const settings = { priority: PRIORITY.ordinary, blame: "none" } as const;
    await this.queue.runTogether(
      this.#runner,
      experiments,
      settings,
      () => this.#records.findFailed(experiments) !== undefined,
    );
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
