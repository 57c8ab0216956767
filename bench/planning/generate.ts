// SPDX-License-Identifier: GPL-3.0-or-later
// Packages and OS lists that look like measured ones: a start-up part that all share, themes (network, threads, files, ...) that
// come together, a long tail of rare calls, and for each call a typical share of packages that require it.
import { makeRandom } from "../../src/planning/optimise/random.js";
import { listSyscalls } from "../../src/tracing/syscall-table.js";

export type GeneratedNeed = "required" | "stub" | "fake" | "any";

export interface GeneratedPackage {
  readonly name: string;
  readonly needs: ReadonlyMap<string, GeneratedNeed>;
}

const words = (text: string): readonly string[] => text.split(" ");

/** What a dynamically linked program calls before and after main(). */
const START = words(
  "execve brk mmap munmap mprotect openat read close fstat pread64 arch_prctl set_tid_address set_robust_list rseq prlimit64 " +
    "getrandom exit_group write access newfstatat",
);

/** Calls that come together, the usual ones first. */
const THEMES: readonly (readonly string[])[] = [
  words(
    "lseek unlink rename mkdir getdents64 chmod ftruncate fsync utimensat rmdir symlink readlink fchmod link statx fallocate",
  ),
  words(
    "socket bind listen accept4 setsockopt epoll_create1 epoll_ctl epoll_wait sendmsg recvmsg shutdown getsockname accept",
  ),
  words("socket connect sendto recvfrom poll getsockopt getpeername select recvmsg sendmmsg ppoll"),
  words("clone3 futex madvise sched_yield gettid tgkill sched_getaffinity exit nanosleep membarrier sched_setaffinity"),
  words(
    "rt_sigaction rt_sigprocmask kill sigaltstack rt_sigreturn rt_sigsuspend rt_sigtimedwait alarm pause setitimer",
  ),
  words("clone wait4 pipe2 dup2 vfork execve setpgid getpgrp fcntl waitid setsid getppid dup pipe"),
  words(
    "getuid geteuid getgid getegid setuid setgid setgroups getgroups setresuid setresgid capget capset prctl umask chroot chown",
  ),
  words(
    "clock_gettime gettimeofday clock_nanosleep timerfd_create timerfd_settime times getrusage time timer_create timer_settime",
  ),
  words("ioctl fcntl uname sysinfo getcwd chdir getpid statfs getrlimit setrlimit fchdir faccessat2 sync"),
  words(
    "writev readv pwrite64 sendfile splice copy_file_range fadvise64 mremap msync mincore mlock fdatasync pwritev preadv",
  ),
  words(
    "eventfd2 inotify_init1 inotify_add_watch signalfd4 memfd_create io_setup io_submit io_getevents io_uring_setup shmget shmat",
  ),
];

/** Calls that nearly all programs need where they use them, and such that hardly any one does (paper, section 5.2). */
const MOSTLY_REQUIRED = new Set(
  words("execve mmap read write openat close fstat brk socket bind listen futex clone wait4 lseek pread64"),
);
const HARDLY_REQUIRED = new Set(
  words("set_robust_list rseq set_tid_address prlimit64 madvise sysinfo sigaltstack uname umask getrandom"),
);

function typicalShare(call: string, random: () => number): number {
  const [share, extreme] = [random(), random()];
  if (MOSTLY_REQUIRED.has(call) || (!HARDLY_REQUIRED.has(call) && extreme > 0.6)) {
    return 0.85 + share * 0.15;
  }
  return HARDLY_REQUIRED.has(call) || extreme < 0.3 ? share * 0.15 : share;
}

function drawNeed(share: number, lean: number, random: () => number): GeneratedNeed {
  if (random() < share) {
    return "required";
  }
  const kind = random();
  return kind < 0.72 ? "any" : kind < 0.72 + 0.28 * lean ? "fake" : "stub";
}

/** Generates `count` packages, about 45 calls each; the same seed gives the same packages. */
export function generatePackages(count: number, seed: number): readonly GeneratedPackage[] {
  const random = makeRandom(seed);
  const all = listSyscalls("x86_64").map(({ name }) => name);
  const habits = new Map(
    all.map((name) => [name, { share: typicalShare(name, random), lean: random() < 0.7 ? 0.95 : 0.1 }]),
  );
  return Array.from({ length: count }, (_, index) => {
    const used = new Set(START);
    const size = random();
    for (const theme of THEMES) {
      // A large program goes further into more themes; hardly anybody uses the rare calls of a theme without the usual ones.
      const depth = random() < 0.25 + size * 0.5 ? (size + random()) / 2 : 0;
      for (const [place, call] of theme.entries()) {
        if (random() < 0.5 + (depth - (place + 1) / theme.length) * 2.5) used.add(call);
      }
    }
    for (let rare = Math.floor(random() ** 2 * size * 5); rare > 0; rare--) {
      used.add(all[Math.floor(all.length * random() ** 1.5)] as string);
    }
    const needs = [...used].map((call): readonly [string, GeneratedNeed] => {
      const { share, lean } = habits.get(call) as { share: number; lean: number };
      return [call, drawNeed(share, lean, random)];
    });
    return { name: `package-${String(index).padStart(5, "0")}`, needs: new Map(needs) };
  });
}

/** Generates the calls of operating systems: from nothing to most of what is used, the popular ones more likely. */
export function generateSystems(
  packages: readonly GeneratedPackage[],
  count: number,
  seed: number,
): readonly (readonly string[])[] {
  const random = makeRandom(seed);
  const popularity = new Map<string, number>();
  for (const call of packages.flatMap(({ needs }) => [...needs.keys()])) {
    popularity.set(call, (popularity.get(call) ?? 0) + 1);
  }
  const ranked = [...popularity]
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([call]) => call);
  return Array.from({ length: count }, (_, index) => {
    const size = Math.round((ranked.length * 0.75 * index) / Math.max(1, count - 1));
    const noisy = ranked.map((call, rank) => ({ call, key: rank + (random() - 0.5) * ranked.length * 0.4 }));
    return noisy
      .sort((left, right) => left.key - right.key)
      .slice(0, size)
      .map(({ call }) => call)
      .sort();
  });
}
