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

/** While the first is treated, programs do not come to calls of the second. */
export type Hiding = readonly [hider: string, hidden: string];

/** What of the treatments is not put to use; what is hidden itself hides nothing. Who hides a hider comes before it. */
function listIdle(treatments: Treatments, hidings: readonly Hiding[]): readonly string[] {
  const idle: string[] = [];
  for (const [hider, hidden] of hidings) {
    if (treatments[hider] !== undefined && treatments[hidden] !== undefined && !idle.includes(hider)) {
      idle.push(hidden);
    }
  }
  return idle;
}

function listLost(
  tests: readonly DescribedTest[],
  hidings: readonly Hiding[],
  treatments: Treatments,
): readonly DescribedTest[] {
  const idle = listIdle(treatments, hidings);
  const used = Object.fromEntries(Object.entries(treatments).filter(([name]) => !idle.includes(name)));
  return tests.filter(({ passes }) => !passes(used));
}

function experimentOnPart(
  tests: readonly DescribedTest[],
  hidings: readonly Hiding[],
  isExcerpt: boolean,
): DescribedExperimenter {
  const seeing = isExcerpt ? tests.filter(({ isBlind }) => isBlind !== true) : tests;
  const findLost = (treatments: Treatments): readonly DescribedTest[] => listLost(seeing, hidings, treatments);
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
    idle: (treatments) => listIdle(treatments, hidings),
    isExcerpt,
  });
}

/** Experiments on the whole suite, which is surveyed without its blind tests; `lonely` are the tests that do not pass without the others. */
export function experimentOnSuite(
  tests: readonly DescribedTest[],
  lonely: readonly string[] = [],
  hidings: readonly Hiding[] = [],
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
    return { ...experimentOnPart(chosen, hidings, true), hasSeparateTests: true, openExcerpt };
  };
  const whole = experimentOnPart(tests, hidings, false);
  const hasBlind = tests.some(({ isBlind }) => isBlind === true);
  const concerned = hasBlind ? experimentOnPart(tests, hidings, true) : whole;
  const survey = async (experiment: Parameters<Experimenter["survey"]>[0]): Promise<ExperimentResult> => {
    const treatments = Object.fromEntries(
      experiment.treated.map(({ feature, treatment }) => [feature.name, treatment] as const),
    );
    const seeing = tests.filter(({ isBlind }) => isBlind !== true);
    const lost = listLost(seeing, hidings, treatments).map(({ name }) => name);
    return { ...(await concerned.run(experiment, 1)), lost };
  };
  return { experimenter: { ...whole, hasSeparateTests: true, survey, openExcerpt }, opened };
}
