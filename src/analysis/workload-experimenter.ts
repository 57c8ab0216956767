// SPDX-License-Identifier: GPL-3.0-or-later
import PQueue from "p-queue";
import { InterruptedError } from "../errors.js";
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
import { ExperimentRunner, type RunSettings } from "./experiment-runner.js";
import type { RunRecord } from "./journal.js";

/** Where in the queue a run goes: probes decide what is done next. */
const PRIORITY = { probe: 1, ordinary: 0 } as const;

interface QueuedRun extends RunSettings {
  /** What the journal calls it. */
  readonly id: string;
}

/** A run that is not waited for longer than it may take. */
interface PatientRun extends Pick<RunSettings, "blame"> {
  readonly priority: number;
  /** Asked when the run begins; undefined: it is run to the end. */
  readonly findPatienceSeconds: () => number | undefined;
}

/** Runs that are compared are kept apart from the same experiments' other runs, which others may have slowed down. */
function identifyCompared(experiment: Experiment): string {
  return ["compared", identifyExperiment(experiment)].join("\n");
}

/** News of a finished run. */
export interface FinishedRun {
  readonly experiment: Experiment;
  readonly record: RunRecord;
}

/** Runs experiments on the request's workload, up to `jobs` at the same time, and keeps every finished run in the journal. */
export class WorkloadExperimenter implements Experimenter, Comparer {
  readonly #queue: PQueue;
  readonly #runner: ExperimentRunner;
  readonly #records: ExperimentRecords;
  readonly #busy = new Map<string, Promise<unknown>>();
  #running: readonly Experiment[] = [];

  constructor(
    private readonly context: AnalysisContext<AnalysisRequest>,
    private readonly baseline: Baseline,
    private readonly onFinished: (run: FinishedRun) => void,
    private readonly onRunning: (experiments: readonly Experiment[]) => void,
  ) {
    this.#queue = new PQueue({ concurrency: baseline.jobs });
    this.#runner = new ExperimentRunner(context, baseline);
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
        await this.#enqueue(experiment, PRIORITY.ordinary, { blame: "none" });
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
        queue.add(() => this.#runVisibly(experiment, { id: identifyCompared(experiment), blame: "none" })),
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

  async #runOnce(experiment: Experiment, settings: PatientRun): Promise<ExperimentResult> {
    return this.#exclusively(experiment, async () => {
      if (this.#records.listRuns(experiment).length === 0) {
        await this.#runPatiently(experiment, new AbortController(), settings);
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
      await this.#runTogether(open, patienceSeconds, () => this.#records.findFailed(experiments) !== undefined);
    }
    return this.#records.findFailed(experiments);
  }

  async race(experiments: readonly Experiment[], patienceSeconds: number): Promise<FirstEnded | undefined> {
    if (this.#records.findEnded(experiments) === undefined) {
      await this.#runTogether(experiments, patienceSeconds, () => this.#records.findEnded(experiments) !== undefined);
    }
    return this.#records.findEnded(experiments);
  }

  /** One run each, before everything that waits, until nothing is left to find out. */
  async #runTogether(
    experiments: readonly Experiment[],
    patienceSeconds: number,
    isDecided: () => boolean,
  ): Promise<void> {
    const endings = experiments.map(() => new AbortController());
    await runAll(experiments, async (experiment, index) => {
      const ending = endings[index] as AbortController;
      await this.#runPatiently(experiment, ending, {
        priority: PRIORITY.probe,
        blame: "none",
        findPatienceSeconds: () => patienceSeconds,
      });
      if (isDecided()) {
        for (const other of endings) {
          other.abort();
        }
      }
    });
  }

  /** One run that is ended, and leaves no record, by `ending` or when it takes longer than it may, the time in the queue apart. */
  async #runPatiently(
    experiment: Experiment,
    ending: AbortController,
    { priority, blame, findPatienceSeconds }: PatientRun,
  ): Promise<void> {
    const settings = { id: identifyExperiment(experiment), blame };
    const run = async (signal: AbortSignal): Promise<void> => {
      const patienceSeconds = findPatienceSeconds();
      const timer =
        patienceSeconds === undefined ? undefined : setTimeout(() => ending.abort(), patienceSeconds * 1000);
      await this.#runVisibly(experiment, { ...settings, signal }).finally(() => clearTimeout(timer));
    };
    await this.#runUntil(ending.signal, (signal) => this.#queue.add(() => run(signal), { priority }));
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

  /** The first failure ends the others, which then leave no record. */
  async #runAtOnce(experiments: readonly Experiment[]): Promise<void> {
    const controller = new AbortController();
    const run = async (experiment: Experiment): Promise<void> => {
      await this.#runUntil(controller.signal, (signal) =>
        this.#enqueue(experiment, PRIORITY.ordinary, { blame: "none", signal }),
      );
      if (this.#records.hasFailed(experiment)) {
        controller.abort();
      }
    };
    await runAll(experiments, run);
  }

  /** Work that this signal may end is then over; what else interrupts it, interrupts the analysis. */
  async #runUntil(signal: AbortSignal, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await work(signal);
    } catch (error) {
      if (!(error instanceof InterruptedError) || this.context.request.signal?.aborted || !signal.aborted) {
        throw error;
      }
    }
  }

  async #enqueue(experiment: Experiment, priority: number, settings: RunSettings): Promise<void> {
    const id = identifyExperiment(experiment);
    await this.#queue.add(() => this.#runVisibly(experiment, { id, ...settings }), { priority });
  }

  async #runVisibly(experiment: Experiment, settings: QueuedRun): Promise<void> {
    // A copy, because replicas of one experiment run at the same time.
    const running = { ...experiment };
    this.#tellRunning([...this.#running, running]);
    try {
      await this.#runNow(experiment, settings);
    } finally {
      this.#tellRunning(this.#running.filter((other) => other !== running));
    }
  }

  #tellRunning(experiments: readonly Experiment[]): void {
    this.#running = experiments;
    this.onRunning(experiments);
  }

  async #runNow(experiment: Experiment, { id, ...settings }: QueuedRun): Promise<void> {
    const record = await this.#runner.run(experiment, settings);
    await this.context.journal.addRun(id, record);
    this.onFinished({ experiment, record });
  }
}
