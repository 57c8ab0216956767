// SPDX-License-Identifier: GPL-3.0-or-later

import {
  type Architecture,
  numberSyscall,
  parseSyscallName,
  UnknownSyscallError,
} from "../../tracing/syscall-table.js";
import type { Abi } from "../../tracing/trace-report.js";

/** A call as somebody wrote it. */
export type NamedCall =
  | {
      readonly known: true;
      readonly name: string /** How it was understood, where that is not obvious. */;
      readonly note?: string;
    }
  | { readonly known: false /** Why it is not counted. */; readonly reason: string };

/**
 * Other names of calls: those of C library functions and of other architectures' tables, with the name in the table of 64-bit
 * architectures (syscalls(2), and the functions' own pages in section 2).
 */
const ALIASES: Readonly<Record<string, string>> = {
  _llseek: "lseek",
  _newselect: "select",
  epoll_pwait_time64: "epoll_pwait",
  fadvise: "fadvise64",
  fadvise64_64: "fadvise64",
  fcntl64: "fcntl",
  fstat64: "fstat",
  fstatat: "newfstatat",
  fstatat64: "newfstatat",
  fstatfs64: "fstatfs",
  ftruncate64: "ftruncate",
  lseek64: "lseek",
  lstat64: "lstat",
  mmap2: "mmap",
  posix_fadvise: "fadvise64",
  pread: "pread64",
  preadv64: "preadv",
  prlimit: "prlimit64",
  pselect: "pselect6",
  pwrite: "pwrite64",
  pwritev64: "pwritev",
  recv: "recvfrom",
  send: "sendto",
  sendfile64: "sendfile",
  sigaction: "rt_sigaction",
  sigpending: "rt_sigpending",
  sigprocmask: "rt_sigprocmask",
  sigqueue: "rt_sigqueueinfo",
  sigreturn: "rt_sigreturn",
  sigsuspend: "rt_sigsuspend",
  sigtimedwait: "rt_sigtimedwait",
  stat64: "stat",
  statfs64: "statfs",
  sysctl: "_sysctl",
  truncate64: "truncate",
  ugetrlimit: "getrlimit",
  umount: "umount2",
  waitpid: "wait4",
};

const OTHER_TABLES: readonly Abi[] = ["x86_64", "aarch64", "i386", "arm", "x32"];

/** Undefined where it is no alias. Calls with 32-bit ids or 64-bit times have plain names on 64-bit architectures. */
function findAlias(text: string, architecture: Architecture): string | undefined {
  const plain = text.replace(/^(sys_|SYS_|__NR_)/, "");
  const candidates = [plain, ALIASES[plain], plain.replace(/(_time64|64|32)$/, "")];
  return candidates.find((name) => name !== undefined && numberSyscall(architecture, name) !== undefined);
}

function explainUnknown(text: string, architecture: Architecture, error: UnknownSyscallError): string {
  const others = OTHER_TABLES.filter((abi) => abi !== architecture && numberSyscall(abi, text) !== undefined);
  return others.length === 0
    ? error.message
    : `${JSON.stringify(text)} is a call of ${others.join(", ")}, not of ${architecture}`;
}

/**
 * Understands a call in somebody's list: a name, a number, or another name that the call is known by. Nothing is passed over: what
 * is no plain name comes with a note, what is not known with the reason.
 */
export function resolveCall(text: string, architecture: Architecture): NamedCall {
  try {
    const { name, number } = parseSyscallName(text, architecture);
    if (name === text) {
      return { known: true, name };
    }
    return numberSyscall(architecture, name) === undefined
      ? { known: false, reason: `${text} is not the number of a system call of ${architecture}` }
      : { known: true, name, note: `number ${number} is ${name} on ${architecture}` };
  } catch (error) {
    if (!(error instanceof UnknownSyscallError)) {
      throw error;
    }
    const name = findAlias(text, architecture);
    return name === undefined
      ? { known: false, reason: explainUnknown(text.slice(0, 60), architecture, error) }
      : { known: true, name, note: `${text} is counted as ${name}` };
  }
}
