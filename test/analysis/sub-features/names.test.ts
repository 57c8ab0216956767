// SPDX-License-Identifier: GPL-3.0-or-later
import { constants } from "node:fs";
import { describe, expect, it } from "vitest";
import { toSubFeatures } from "../../../src/analysis/sub-features/names.js";
import { nativeArchitecture } from "../../../src/tracing/syscall-table.js";

const name = (call: string, indexes: readonly number[], ...values: readonly number[]) =>
  toSubFeatures(call, { indexes, values }, "x86_64");

describe("toSubFeatures", () => {
  it.each([
    ["ioctl", [1], [0x5401], ["ioctl:TCGETS"]],
    ["ioctl", [1], [0x541b], ["ioctl:FIONREAD"]],
    ["ioctl", [1], [0x8912], ["ioctl:SIOCGIFCONF"]],
    ["ioctl", [1], [0x80086601], ["ioctl:FS_IOC_GETFLAGS"]],
    ["fcntl", [1], [4], ["fcntl:F_SETFL"]],
    ["fcntl", [1], [1030], ["fcntl:F_DUPFD_CLOEXEC"]],
    ["arch_prctl", [0], [0x1002], ["arch_prctl:ARCH_SET_FS"]],
    ["prctl", [0], [0x53564d41], ["prctl:PR_SET_VMA"]],
    ["prctl", [0], [15], ["prctl:PR_SET_NAME"]],
    ["prlimit64", [1], [7], ["prlimit64:RLIMIT_NOFILE"]],
    ["madvise", [2], [4], ["madvise:MADV_DONTNEED"]],
    ["lseek", [2], [2], ["lseek:SEEK_END"]],
    ["clock_gettime", [0], [1], ["clock_gettime:CLOCK_MONOTONIC"]],
    ["rt_sigprocmask", [0], [2], ["rt_sigprocmask:SIG_SETMASK"]],
    ["semctl", [2], [16], ["semctl:SETVAL"]],
    ["setsockopt", [1, 2], [1, 2], ["setsockopt:SOL_SOCKET/SO_REUSEADDR"]],
    ["getsockopt", [1, 2], [6, 11], ["getsockopt:SOL_TCP/TCP_INFO"]],
  ])("names the function of %s", (call, indexes, values, expected) => {
    expect(name(call, indexes, ...values)).toEqual(expected);
  });

  it("gives one name for each flag", () => {
    expect(name("mmap", [3], 0x22)).toEqual(["mmap:MAP_PRIVATE", "mmap:MAP_ANONYMOUS"]);
    expect(name("mmap", [2], 3)).toEqual(["mmap:PROT_READ", "mmap:PROT_WRITE"]);
    expect(name("socket", [1], 0x80801)).toEqual(["socket:SOCK_STREAM", "socket:SOCK_NONBLOCK", "socket:SOCK_CLOEXEC"]);
  });

  it("names the empty set where it has a name, and says nothing where not", () => {
    expect(name("mprotect", [2], 0)).toEqual(["mprotect:PROT_NONE"]);
    expect(name("getrandom", [2], 0)).toEqual([]);
    expect(name("openat", [2], 0)).toEqual(["openat:O_RDONLY"]);
  });

  it("looks through flags that are no part of the function", () => {
    expect(name("futex", [1], 0x80)).toEqual(["futex:FUTEX_WAIT"]);
    expect(name("futex", [1], 0x189)).toEqual(["futex:FUTEX_WAIT_BITSET"]);
    expect(name("flock", [1], 6)).toEqual(["flock:LOCK_EX", "flock:LOCK_NB"]);
    expect(name("clone", [0], 0x1200011)).toEqual(["clone:CLONE_CHILD_CLEARTID", "clone:CLONE_CHILD_SETTID"]);
  });

  it("names the size of huge pages, where one is asked for", () => {
    expect(name("mmap", [3], (21 << 26) | 0x40022)).toEqual([
      "mmap:MAP_PRIVATE",
      "mmap:MAP_ANONYMOUS",
      "mmap:MAP_HUGETLB",
      "mmap:MAP_HUGE_2MB",
    ]);
  });

  it("gives O_SYNC and O_TMPFILE, which contain other flags, their own bit", () => {
    expect(name("open", [1], 0x101000)).toEqual(["open:O_RDONLY", "open:O_DSYNC", "open:O_SYNC"]);
    expect(name("open", [1], 0x410002)).toEqual(["open:O_RDWR", "open:O_DIRECTORY", "open:O_TMPFILE"]);
  });

  it("keeps numbers without a name visible, with their argument where that is in doubt", () => {
    expect(name("ioctl", [1], 0xdeadbeef)).toEqual(["ioctl:0xdeadbeef"]);
    expect(name("mmap", [3], 0x222)).toEqual(["mmap:MAP_PRIVATE", "mmap:MAP_ANONYMOUS", "mmap:flags=0x200"]);
    expect(name("socket", [1], 7)).toEqual(["socket:type=0x7"]);
    expect(name("setsockopt", [1, 2], 0x112, 5)).toEqual(["setsockopt:SOL_BLUETOOTH/0x5"]);
    expect(name("setsockopt", [1, 2], 99, 5)).toEqual(["setsockopt:0x63/0x5"]);
  });

  it("has no sub-features for a call with one function, or for other arguments", () => {
    expect(name("getpid", [0], 1)).toEqual([]);
    expect(name("fcntl", [2], 4)).toEqual([]);
    expect(name("setsockopt", [1], 1)).toEqual([]);
  });

  it("has the numbers of each architecture", () => {
    const flags = { indexes: [1], values: [0x10000] };
    expect(toSubFeatures("open", flags, "x86_64")).toContain("open:O_DIRECTORY");
    expect(toSubFeatures("open", flags, "aarch64")).toContain("open:O_DIRECT");
    expect(toSubFeatures("mmap", { indexes: [3], values: [0x40] }, "aarch64")).toContain("mmap:flags=0x40");
  });

  it("agrees with the C library that node was built with", () => {
    const architecture = nativeArchitecture() ?? "x86_64";
    const flags = [
      "O_CREAT",
      "O_EXCL",
      "O_NOCTTY",
      "O_TRUNC",
      "O_APPEND",
      "O_DIRECTORY",
      "O_NOATIME",
      "O_NOFOLLOW",
      "O_DIRECT",
      "O_NONBLOCK",
    ] as const;
    for (const flag of flags) {
      expect(toSubFeatures("openat", { indexes: [2], values: [constants[flag]] }, architecture)).toContain(
        `openat:${flag}`,
      );
    }
  });
});
