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

/**
 * Calls that hardly ever can be stubbed: each was used in 8 or more of 20 measurements (16 published ones of the Loupe paper's
 * database, and our own of bzip2, mawk, figlet and hello), and could be stubbed in at most one in ten of those. A group with one
 * of them fails and has to be tried again without it.
 */
const SELDOM_STUBBABLE: ReadonlySet<string> = new Set([
  "arch_prctl",
  "bind",
  "clone",
  "close",
  "epoll_ctl",
  "epoll_wait",
  "execve",
  "fstat",
  "listen",
  "mmap",
  "mprotect",
  "newfstatat",
  "openat",
  "pread64",
  "read",
  "setsockopt",
  "socket",
]);

function estimateByName({ kind, name }: Feature, treatment: Treatment): number | undefined {
  if (kind !== "syscall") {
    return undefined;
  }
  const [names, probability] = treatment === "stub" ? [SELDOM_STUBBABLE, 0.05] : [OFTEN_FAKEABLE, 0.8];
  return names.has(name) ? probability : undefined;
}

/** What is known without any database. */
export const BUILT_IN_PRIOR: Prior = { estimate: estimateByName };

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
