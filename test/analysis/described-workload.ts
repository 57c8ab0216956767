// SPDX-License-Identifier: GPL-3.0-or-later
// Workloads that are described by which treatments they stand together, so that a search can be followed step by step.
import type { Experiment, Experimenter, ExperimentResult, TreatedFeature } from "../../src/analysis/experiment.js";
import type { UsedFeature } from "../../src/analysis/feature.js";

export type Treatments = Readonly<Record<string, "stub" | "fake">>;

export function use(...names: readonly string[]): readonly UsedFeature[] {
  return names.map((name, number) => ({
    feature: { kind: "syscall", name, number },
    calls: 1,
    executables: ["/b/prog"],
  }));
}

/** Tells for a set of treatments whether the workload passes; `blame`, whom a failing probe points at. */
export interface Description {
  readonly passes: (treatments: Treatments) => boolean;
  readonly blame?: (treatments: Treatments) => string | undefined;
  /** How long a failing run takes. */
  readonly failSeconds?: (treatments: Treatments) => number;
  /** How long a passing run takes. */
  readonly passSeconds?: number;
  /** The tests that are lost when it does not pass. */
  readonly lost?: (treatments: Treatments) => readonly string[];
  /** The features whose treatment is not put to use, as others keep the program from coming to the call. */
  readonly idle?: (treatments: Treatments) => readonly string[];
  /** Whether its successes count as not run. */
  readonly isExcerpt?: boolean;
}

const PASS_SECONDS = 10;

export interface DescribedExperimenter extends Experimenter {
  /** All runs that ended, those of them that passed, and those that were ended before. */
  readonly cost: { runs: number; passing: number; cut: number };
}

export function experimentOn({
  passes,
  blame,
  failSeconds = () => 1,
  passSeconds = PASS_SECONDS,
  lost = () => [],
  idle = () => [],
  isExcerpt = false,
}: Description): DescribedExperimenter {
  const known = new Map<string, ExperimentResult>();
  const cost = { runs: 0, passing: 0, cut: 0 };
  const toTreatments = (treated: readonly TreatedFeature[]): Treatments =>
    Object.fromEntries(treated.map(({ feature, treatment }) => [feature.name, treatment]));
  const secondsOf = ({ treated }: Experiment): number => {
    const treatments = toTreatments(treated);
    return passes(treatments) ? passSeconds : failSeconds(treatments);
  };
  const run = async (experiment: Experiment, replicas = 2): Promise<ExperimentResult> => {
    const treatments = toTreatments(experiment.treated);
    const key = JSON.stringify(Object.entries(treatments).sort());
    const before = known.get(key);
    if (before !== undefined && (!before.works || before.runs >= replicas)) {
      return before;
    }
    const works = passes(treatments);
    const runs = works ? replicas : 1;
    const made = runs - (before?.runs ?? 0);
    cost.runs += made;
    cost.passing += works ? made : 0;
    const culprit = experiment.treated.find(({ feature }) => feature.name === blame?.(treatments));
    const result = {
      experiment,
      works,
      runs,
      seconds: works ? passSeconds : failSeconds(treatments),
      metrics: [],
      lost: works ? [] : lost(treatments),
      idle: works ? experiment.treated.filter(({ feature }) => idle(treatments).includes(feature.name)) : [],
      suspects: works || culprit === undefined ? [] : [culprit],
      ...(!works && { reason: "it broke", ...(culprit && { culprit }) }),
    };
    known.set(key, result);
    return result;
  };
  const runPatiently = async (
    experiment: Experiment,
    patienceSeconds = Number.POSITIVE_INFINITY,
  ): Promise<ExperimentResult> => {
    if (secondsOf(experiment) <= patienceSeconds) {
      const result = await run(experiment, 1);
      return isExcerpt && result.works ? { ...result, runs: 0 } : result;
    }
    cost.cut += 1;
    return { experiment, works: true, runs: 0, seconds: 0, suspects: [], idle: [], lost: [], metrics: [] };
  };
  return {
    replicas: 2,
    passSeconds,
    cost,
    run,
    repeat: (experiment, times) => {
      const key = JSON.stringify(Object.entries(toTreatments(experiment.treated)).sort());
      return run(experiment, (known.get(key)?.runs ?? 0) + times);
    },
    countPasses: ({ feature, treatment }) =>
      [...known.values()]
        .filter(({ works, experiment }) => works && toTreatments(experiment.treated)[feature.name] === treatment)
        .reduce((sum, { runs }) => sum + runs, 0),
    hasSeparateTests: false,
    survey: (experiment) => run(experiment, 1),
    openExcerpt: async () => undefined,
    probe: runPatiently,
    tryOut: (experiment, findPatienceSeconds) => runPatiently(experiment, findPatienceSeconds()),
    findFailingSoon: async (experiments, patienceSeconds) => {
      const results = await Promise.all(experiments.map((experiment) => runPatiently(experiment, patienceSeconds)));
      const failed = results.findIndex(({ works }) => !works);
      return failed < 0 ? undefined : failed;
    },
    findFailing: async (experiments) => {
      for (const [index, experiment] of experiments.entries()) {
        if (!(await run(experiment, 1)).works) {
          return index;
        }
      }
      return undefined;
    },
    race: async (experiments, patienceSeconds) => {
      const seconds = experiments.map(secondsOf);
      const index = seconds.indexOf(Math.min(...seconds));
      const experiment = experiments[index];
      if (experiment === undefined || (seconds[index] ?? 0) > patienceSeconds) {
        cost.cut += experiments.length;
        return undefined;
      }
      cost.cut += experiments.length - 1;
      return { index, works: (await run(experiment, 1)).works };
    },
  };
}
