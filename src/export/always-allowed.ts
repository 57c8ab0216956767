// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Calls that every profile allows, whether they were seen or not. Without them a process cannot end, return from a signal
 * handler, or go on after it was stopped: whether that happens is chance, not the program's choice (sigreturn(2),
 * restart_syscall(2)). None of them gives a process anything.
 */
const ALWAYS = ["exit", "exit_group", "rt_sigreturn", "restart_syscall"];

/**
 * A loader installs the filter and then executes the program, so that the program's own execve passes the filter. bubblewrap
 * 0.8.0 makes no other call between the two.
 */
const EVERY_LOADER = ["execve"];

/**
 * What runc 1.1.5 with `noNewPrivileges` calls in the thread that has loaded the filter, until the container's program runs;
 * read off `strace -f runc run`. Without `noNewPrivileges` the filter comes earlier, and many more calls would be needed.
 */
const RUNC = [
  "close",
  "epoll_ctl",
  "fcntl",
  "fstatfs",
  "futex",
  "getdents64",
  "getpid",
  "newfstatat",
  "openat",
  "read",
  "rt_sigaction",
  "rt_sigprocmask",
  "tgkill",
  "write",
];

/** Who installs the filter. `exec`: something that only executes the program afterwards. */
export type LoaderKind = "exec" | "container-runtime";

/** Names of the calls that a profile for this loader allows beside those of the programs. */
export function listAlwaysAllowed(loader: LoaderKind): readonly string[] {
  return [...ALWAYS, ...EVERY_LOADER, ...(loader === "container-runtime" ? RUNC : [])];
}
