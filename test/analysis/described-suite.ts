// SPDX-License-Identifier: GPL-3.0-or-later
// Suites that are described by what each of their tests stands, and of which some tests can be run without the others.
import type { Experimenter, ExperimentResult } from "../../src/analysis/experiment.js";
import { type DescribedExperimenter, experimentOn, type Treatments } from "./described-workload.js";

export interface DescribedTest {
  readonly name: string;
  readonly seconds: number;
  readonly passes: (treatments: Treatments) => boolean;
  /** It starts no considered program, and only sees what the others have done: run without them, it passes. */
  readonly isBlind?: boolean;
}

function experimentOnPart(tests: readonly DescribedTest[], isExcerpt: boolean): DescribedExperimenter {
  const findLost = (treatments: Treatments): readonly DescribedTest[] =>
    tests.filter(({ passes, isBlind }) => !(isExcerpt && isBlind === true) && !passes(treatments));
  const add = (part: readonly DescribedTest[]): number => part.reduce((sum, { seconds }) => sum + seconds, 0.1);
  return experimentOn({
    passes: (treatments) => findLost(treatments).length === 0,
    failSeconds: (treatments) => {
      const first = findLost(treatments)[0];
      return first === undefined ? add(tests) : add(tests.slice(0, tests.indexOf(first) + 1));
    },
    passSeconds: add(tests),
    lost: (treatments) =>
      findLost(treatments)
        .slice(0, 1)
        .map(({ name }) => name),
    isExcerpt,
  });
}

/** Experiments on the whole suite, which is surveyed without its blind tests; `lonely` are the tests that do not pass without the others. */
export function experimentOnSuite(
  tests: readonly DescribedTest[],
  lonely: readonly string[] = [],
): { readonly experimenter: DescribedExperimenter; readonly opened: readonly string[][] } {
  const opened: string[][] = [];
  const openExcerpt: Experimenter["openExcerpt"] = async (wanted, seconds) => {
    const candidates = tests
      .filter(({ name }) => wanted.includes(name))
      .sort((one, other) => one.seconds - other.seconds);
    let left = seconds;
    const chosen = candidates.filter((test, index) => {
      left -= test.seconds;
      return index === 0 || left >= 0;
    });
    if (chosen.length === 0 || chosen.some(({ name }) => lonely.includes(name))) {
      return undefined;
    }
    opened.push(chosen.map(({ name }) => name));
    return { ...experimentOnPart(chosen, true), hasSeparateTests: true, openExcerpt };
  };
  const whole = experimentOnPart(tests, false);
  const hasBlind = tests.some(({ isBlind }) => isBlind === true);
  const concerned = hasBlind ? experimentOnPart(tests, true) : whole;
  const survey = async (experiment: Parameters<Experimenter["survey"]>[0]): Promise<ExperimentResult> => {
    const treatments = Object.fromEntries(
      experiment.treated.map(({ feature, treatment }) => [feature.name, treatment] as const),
    );
    const isLost = ({ passes, isBlind }: DescribedTest): boolean => isBlind !== true && !passes(treatments);
    const lost = tests.filter(isLost).map(({ name }) => name);
    return { ...(await concerned.run(experiment, 1)), lost };
  };
  return { experimenter: { ...whole, hasSeparateTests: true, survey, openExcerpt }, opened };
}
