// SPDX-License-Identifier: GPL-3.0-or-later
import {
  type Experiment,
  type ExperimentResult,
  type FirstEnded,
  identifyExperiment,
  identifyTreated,
  type TreatedFeature,
} from "./experiment.js";
import type { Journal, RunRecord } from "./journal.js";
import type { Subject } from "./subject.js";

/** What runs of the same experiment on two subjects say together. */
export function combineResults(one: ExperimentResult, other: ExperimentResult): ExperimentResult {
  return {
    ...(one.works ? other : one),
    runs: one.runs + other.runs,
    seconds: one.seconds + other.seconds,
    metrics: [...one.metrics, ...other.metrics],
  };
}

/** What the journal's runs say of experiments. */
export class ExperimentRecords {
  constructor(
    private readonly journal: Journal,
    private readonly subject: Pick<Subject, "scope" | "excerpt">,
  ) {}

  /** The finished runs of an experiment; `id` is what the journal calls it. */
  listRuns(experiment: Experiment, id: string = identifyExperiment(experiment)): readonly RunRecord[] {
    return this.journal.findRuns(id, this.subject.excerpt);
  }

  hasFailed(experiment: Experiment): boolean {
    return this.listRuns(experiment).some(({ passed }) => !passed);
  }

  /** The index of the first experiment with a run that failed. */
  findFailed(experiments: readonly Experiment[]): number | undefined {
    const failed = experiments.findIndex((experiment) => this.hasFailed(experiment));
    return failed < 0 ? undefined : failed;
  }

  /** A failure, or else a success; undefined when none of them was run. */
  findEnded(experiments: readonly Experiment[]): FirstEnded | undefined {
    const failed = this.findFailed(experiments);
    const index = failed ?? experiments.findIndex((experiment) => this.listRuns(experiment).length > 0);
    return index < 0 ? undefined : { index, works: failed === undefined };
  }

  /** The first failing run decides; an experiment that was not run has not failed. What passes on an excerpt counts as not run. */
  summarize(experiment: Experiment, id?: string): ExperimentResult {
    const records = this.listRuns(experiment, id);
    const failed = records.find(({ passed }) => !passed);
    const byName = new Map(experiment.treated.map((treated) => [identifyTreated(treated), treated]));
    const toTreated = (names: readonly string[] = []): readonly TreatedFeature[] =>
      names.map((name) => byName.get(name)).filter((treated) => treated !== undefined);
    const [culprit] = toTreated(failed?.culprit === undefined ? [] : [failed.culprit]);
    return {
      experiment,
      works: failed === undefined,
      runs: failed === undefined && this.subject.scope === "excerpt" ? 0 : records.length,
      seconds: records.reduce((total, { seconds }) => total + seconds, 0),
      ...(failed?.reason !== undefined && { reason: failed.reason }),
      ...(culprit && { culprit }),
      suspects: toTreated(failed?.suspects),
      idle: toTreated(failed === undefined ? records.find(({ idle }) => idle !== undefined)?.idle : []),
      lost: failed?.lost ?? [],
      metrics: records.filter(({ passed }) => passed).map(({ metrics }) => metrics),
    };
  }
}
