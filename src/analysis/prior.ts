// SPDX-License-Identifier: GPL-3.0-or-later
import type { Feature, Treatment } from "./feature.js";

/** What analyses of other programs say about a feature: it orders the search and never decides. */
export interface Prior {
  /** How probable it is that the treatment works, from 0 to 1; undefined where nothing is known. */
  estimate(feature: Feature, treatment: Treatment): number | undefined;
}

/**
 * Calls that can often be faked though not stubbed: of 76 calls that could not be stubbed in 125 published measurements, 23
 * could be faked, and most of these are here.
 */
const OFTEN_FAKEABLE: ReadonlySet<string> = new Set([
  "close",
  "mprotect",
  "futex",
  "fcntl",
  "ftruncate",
  "fdatasync",
  "access",
]);

/** What is known without any database. */
export const BUILT_IN_PRIOR: Prior = {
  estimate: ({ name }, treatment) => (treatment === "fake" && OFTEN_FAKEABLE.has(name) ? 0.8 : undefined),
};

/** A treatment as an earlier analysis has judged it. */
export interface EarlierResult {
  readonly kind: Feature["kind"];
  readonly name: string;
  readonly treatment: Treatment;
  readonly works: boolean;
}

/** One package alone says little about another one. */
const ENOUGH_RESULTS = 3;

/** A prior from earlier results: the share in which the treatment worked, where there are enough of them. */
export function learnPrior(results: readonly EarlierResult[]): Prior {
  const counts = new Map<string, { works: number; all: number }>();
  for (const { kind, name, treatment, works } of results) {
    const key = `${treatment} ${kind} ${name}`;
    const { works: before, all } = counts.get(key) ?? { works: 0, all: 0 };
    counts.set(key, { works: before + (works ? 1 : 0), all: all + 1 });
  }
  return {
    estimate: (feature, treatment) => {
      const count = counts.get(`${treatment} ${feature.kind} ${feature.name}`);
      return count === undefined || count.all < ENOUGH_RESULTS
        ? BUILT_IN_PRIOR.estimate(feature, treatment)
        : count.works / count.all;
    },
  };
}
