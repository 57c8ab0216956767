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
 * Calls that could be stubbed in less than 45 % of the measurements that used them, of 16 published ones (the Loupe paper's
 * database: those used in three or more) and our own of bzip2, mawk, figlet and hello; with their successors (pipe2 for pipe).
 * Whether it works, they are told alone: that run has to be made anyway when it fails, and a group in which one of them makes
 * others fail takes some runs, most of them as long as the suite, to find out which it was.
 */
const SELDOM_STUBBABLE: ReadonlySet<string> = new Set([
  "accept",
  "arch_prctl",
  "bind",
  "chdir",
  "chmod",
  "clone",
  "close",
  "dup",
  "dup2",
  "epoll_create",
  "epoll_ctl",
  "epoll_wait",
  "execve",
  "fcntl",
  "fstat",
  "futex",
  "getcwd",
  "getpeername",
  "getsockname",
  "getsockopt",
  "listen",
  "lseek",
  "lstat",
  "mkdir",
  "mmap",
  "mprotect",
  "newfstatat",
  "openat",
  "pipe",
  "pipe2",
  "pread64",
  "pwrite64",
  "read",
  "recvfrom",
  "recvmsg",
  "rename",
  "rt_sigreturn",
  "sendmsg",
  "sendto",
  "setsockopt",
  "socket",
  "socketpair",
  "stat",
  "unlink",
  "wait4",
  "write",
  "writev",
]);

function estimateByName({ kind, name }: Feature, treatment: Treatment): number | undefined {
  if (kind !== "syscall") {
    return undefined;
  }
  const [names, probability] = treatment === "stub" ? [SELDOM_STUBBABLE, 0.2] : [OFTEN_FAKEABLE, 0.8];
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
