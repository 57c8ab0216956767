// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../../tracing/syscall-table.js";
import { CONSTANTS } from "./constants.js";
import { IOCTL_REQUESTS } from "./ioctl-requests.js";

/** Names of values by number, as one architecture has them. */
export type ValueNames = ReadonlyMap<number, string>;

interface SelectorBase {
  readonly call: string;
  /** What the argument is. Values without a name are written with it where a call has several selectors: `mmap:flags=0x40`. */
  readonly field: string;
}

/** One argument, or a part of it, is one of several values. */
export interface ValueSelector extends SelectorBase {
  readonly kind: "value";
  readonly indexes: readonly [number];
  /** The bits of the argument that count. */
  readonly mask: number;
  readonly names: (architecture: Architecture) => ValueNames;
  /** The value that says nothing, so that it is no sub-feature. */
  readonly nothing?: number;
}

/** One argument, or a part of it, is a set of flags: each of them is a sub-feature, and the empty set where it has a name. */
export interface BitsSelector extends SelectorBase {
  readonly kind: "bits";
  readonly indexes: readonly [number];
  readonly mask: number;
  readonly names: (architecture: Architecture) => ValueNames;
}

/** What the second argument means depends on the first: options of a socket level. */
export interface PairSelector extends SelectorBase {
  readonly kind: "pair";
  readonly indexes: readonly [number, number];
  readonly first: (architecture: Architecture) => ValueNames;
  /** Names of the second argument for a name of the first. */
  readonly second: (architecture: Architecture, first: string) => ValueNames;
}

/** Which argument of a vectored call selects its function, and what its values are called. */
export type SubFeatureSelector = ValueSelector | BitsSelector | PairSelector;

type SetName = keyof typeof CONSTANTS;
type NumbersByPart = Readonly<Record<"common" | Architecture, Readonly<Record<string, number>>>>;

function toNames(numbers: NumbersByPart, architecture: Architecture): ValueNames {
  const entries = Object.entries({ ...numbers.common, ...numbers[architecture] });
  return new Map(entries.map(([name, value]) => [value, name]));
}

function remember<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

const namesOfSet = remember((set: SetName) =>
  remember((architecture: Architecture) => toNames(CONSTANTS[set], architecture)),
);

const ioctlNames = remember((architecture: Architecture) => toNames(IOCTL_REQUESTS, architecture));

const NO_NAMES: ValueNames = new Map();

function namesOfOption(architecture: Architecture, level: string): ValueNames {
  const set = `option-${level}`;
  return Object.hasOwn(CONSTANTS, set) ? namesOfSet(set as SetName)(architecture) : NO_NAMES;
}

/** The argument of each of these calls is described by the same set of constants. */
function select(field: string, set: SetName, places: Readonly<Record<string, number>>): readonly SubFeatureSelector[] {
  const { kind, mask } = CONSTANTS[set];
  return Object.entries(places).map(([call, index]) => ({
    call,
    field,
    kind,
    indexes: [index],
    mask,
    names: namesOfSet(set),
    ...(set === "mapping-huge" && { nothing: 0 }),
  }));
}

function selectSocketOption(call: string): SubFeatureSelector {
  return {
    call,
    field: "option",
    kind: "pair",
    indexes: [1, 2],
    first: namesOfSet("socket-level"),
    second: namesOfOption,
  };
}

/**
 * The vectored system calls. Places of arguments are those of the system calls (syscalls(2)), not of the C library's
 * functions.
 */
export const SUB_FEATURE_SELECTORS: readonly SubFeatureSelector[] = [
  { call: "ioctl", field: "request", kind: "value", indexes: [1], mask: 0xffffffff, names: ioctlNames },
  ...select("cmd", "fcntl-command", { fcntl: 1 }),
  ...select("option", "prctl-option", { prctl: 0 }),
  ...select("code", "arch-prctl-code", { arch_prctl: 0 }),
  ...select("resource", "resource", { getrlimit: 0, setrlimit: 0, prlimit64: 1 }),
  ...select("who", "usage-who", { getrusage: 0 }),
  ...select("prot", "protection", { mmap: 2, mprotect: 2, pkey_mprotect: 2 }),
  ...select("type", "mapping-type", { mmap: 3 }),
  ...select("flags", "mapping-flags", { mmap: 3 }),
  ...select("huge", "mapping-huge", { mmap: 3 }),
  ...select("flags", "remap-flags", { mremap: 3 }),
  ...select("advice", "advice", { madvise: 2, process_madvise: 3 }),
  ...select("flags", "sync-flags", { msync: 2 }),
  ...select("flags", "lock-all-flags", { mlockall: 0 }),
  ...select("op", "futex-operation", { futex: 1 }),
  ...select("flags", "clone-flags", { clone: 0 }),
  ...select("flags", "unshare-flags", { unshare: 0, setns: 1 }),
  ...select("policy", "scheduling-policy", {
    sched_setscheduler: 1,
    sched_get_priority_max: 0,
    sched_get_priority_min: 0,
  }),
  ...select("access", "access-mode", { open: 1, openat: 2 }),
  ...select("flags", "open-flags", { open: 1, openat: 2, pipe2: 1, dup3: 2 }),
  ...select("whence", "whence", { lseek: 2 }),
  ...select("flags", "rename-flags", { renameat2: 4 }),
  ...select("mode", "fallocate-mode", { fallocate: 1 }),
  ...select("operation", "lock-operation", { flock: 1 }),
  ...select("flags", "lock-flags", { flock: 1 }),
  ...select("op", "epoll-operation", { epoll_ctl: 1 }),
  ...select("clock", "clock", {
    clock_gettime: 0,
    clock_settime: 0,
    clock_getres: 0,
    clock_adjtime: 0,
    clock_nanosleep: 0,
    timer_create: 0,
    timerfd_create: 0,
  }),
  ...select("which", "interval-timer", { getitimer: 0, setitimer: 0 }),
  ...select("cmd", "shm-command", { shmctl: 1 }),
  ...select("cmd", "sem-command", { semctl: 2 }),
  ...select("cmd", "msg-command", { msgctl: 1 }),
  ...select("how", "mask-change", { rt_sigprocmask: 0 }),
  ...select("advice", "file-advice", { fadvise64: 3 }),
  ...select("flags", "random-flags", { getrandom: 2 }),
  ...select("flags", "memfd-flags", { memfd_create: 1 }),
  ...select("cmd", "membarrier-command", { membarrier: 0 }),
  ...select("operation", "seccomp-operation", { seccomp: 0 }),
  ...select("operation", "key-operation", { keyctl: 0 }),
  ...select("options", "wait-options", { wait4: 2, waitid: 3 }),
  ...select("domain", "socket-domain", { socket: 0, socketpair: 0 }),
  ...select("type", "socket-type", { socket: 1, socketpair: 1 }),
  ...select("flags", "socket-flags", { socket: 1, socketpair: 1, accept4: 3 }),
  ...select("how", "shutdown", { shutdown: 1 }),
  selectSocketOption("setsockopt"),
  selectSocketOption("getsockopt"),
];

const selectorsByCall = new Map<string, SubFeatureSelector[]>();
for (const selector of SUB_FEATURE_SELECTORS) {
  selectorsByCall.set(selector.call, [...(selectorsByCall.get(selector.call) ?? []), selector]);
}

/** The selectors of a call; none for a call that has one function only. */
export function selectorsOf(call: string): readonly SubFeatureSelector[] {
  return selectorsByCall.get(call) ?? [];
}
