// SPDX-License-Identifier: GPL-3.0-or-later
import { numberSyscall } from "../tracing/syscall-table.js";

/** The table whose names count. */
const ABI = "x86_64";

/**
 * Functions of the C library that do little more than one system call, where that is not called as they are: section 2 of the manual
 * pages ("C library/kernel differences"), and glibc's names for files with 64-bit offsets.
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  _exit: "exit_group",
  _Exit: "exit_group",
  clock_nanosleep: "clock_nanosleep",
  creat64: "creat",
  eventfd: "eventfd2",
  fallocate64: "fallocate",
  fdopendir: "fcntl",
  fstatat: "newfstatat",
  fstatat64: "newfstatat",
  fstat64: "fstat",
  fstatfs64: "fstatfs",
  ftruncate64: "ftruncate",
  futimens: "utimensat",
  getrlimit64: "getrlimit",
  lockf: "fcntl",
  lseek64: "lseek",
  lstat64: "lstat",
  lutimes: "utimensat",
  mkfifo: "mknod",
  mkfifoat: "mknodat",
  mmap64: "mmap",
  open64: "open",
  openat64: "openat",
  opendir: "openat",
  posix_fadvise: "fadvise64",
  posix_fallocate: "fallocate",
  pread: "pread64",
  pselect: "pselect6",
  pthread_sigmask: "rt_sigprocmask",
  pwrite: "pwrite64",
  raise: "tgkill",
  readdir: "getdents64",
  recv: "recvfrom",
  remove: "unlink",
  send: "sendto",
  sendfile64: "sendfile",
  setrlimit64: "setrlimit",
  sigaction: "rt_sigaction",
  signal: "rt_sigaction",
  signalfd: "signalfd4",
  sigpending: "rt_sigpending",
  sigprocmask: "rt_sigprocmask",
  sigqueue: "rt_sigqueueinfo",
  sigsuspend: "rt_sigsuspend",
  sigtimedwait: "rt_sigtimedwait",
  sigwaitinfo: "rt_sigtimedwait",
  sleep: "clock_nanosleep",
  stat64: "stat",
  statfs64: "statfs",
  tcgetattr: "ioctl",
  tcsetattr: "ioctl",
  truncate64: "truncate",
  umount: "umount2",
  usleep: "clock_nanosleep",
  wait: "wait4",
  wait3: "wait4",
  waitpid: "wait4",
};

/** Names of system calls that mean something else as functions of a program, or have no function. */
const NO_WRAPPERS: ReadonlySet<string> = new Set([
  "exit",
  "security",
  "vserver",
  "_sysctl",
  "tuxcall",
  "restart_syscall",
]);

/** The system call that a function of the C library stands for, or undefined for all other functions. */
export function findWrapped(functionName: string): string | undefined {
  if (Object.hasOwn(OTHER_NAMES, functionName)) {
    return OTHER_NAMES[functionName];
  }
  return !NO_WRAPPERS.has(functionName) && numberSyscall(ABI, functionName) !== undefined ? functionName : undefined;
}

/** The system call that a constant of sys/syscall.h means (`SYS_gettid`, `__NR_gettid`), or undefined. */
export function parseSyscallConstant(text: string): string | undefined {
  const name = /^(?:SYS|__NR)_(\w+)$/.exec(text)?.[1];
  return name !== undefined && numberSyscall(ABI, name) !== undefined ? name : undefined;
}

/** Calls whose result is no success or failure: nobody need look at it (their manual pages, section ERRORS). */
export const NEVER_FAIL: ReadonlySet<string> = new Set([
  ...["_exit", "_Exit", "alarm", "getegid", "geteuid", "getgid", "getpgrp", "getpid", "getppid", "gettid", "getuid"],
  ...["sched_yield", "sync", "umask", "times", "exit_group"],
]);
