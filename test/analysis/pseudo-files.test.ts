// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  listEscapedPaths,
  listPathGaps,
  listUsedPseudoFiles,
  namePseudoFile,
  targetsForPseudoFile,
} from "../../src/analysis/pseudo-files.js";
import type { TracedExecutable, TraceReport } from "../../src/tracing/trace-report.js";

const tracer = {
  protocol: 1,
  version: "0.1.0",
  architecture: "x86_64",
  kernel: "6.1",
  suspend: true,
  bpf: true,
} as TraceReport["tracer"];

function reportOf(...paths: readonly string[]): TraceReport {
  const executable: TracedExecutable = {
    id: 1,
    path: "/usr/bin/prog",
    considered: true,
    execs: 1,
    processes: 1,
    exits: new Map(),
    signals: new Map(),
    abi: "x86_64",
    maps: [],
    calls: [],
    arguments: [],
    paths: paths.map((path) => ({ abi: "x86_64", number: 257, path, calls: 2 })),
  };
  const end = { reason: "exited", exitCode: 0, signal: null, seconds: 1, cpuSeconds: 1, leftOver: 0 } as const;
  return {
    tracer,
    executables: [executable],
    deaths: [],
    exits: [],
    hangs: [],
    scripts: [],
    rules: [],
    warnings: [],
    errors: [],
    end,
  };
}

describe("namePseudoFile", () => {
  it.each([
    ["/proc/self/maps", "/proc/self/maps"],
    ["/proc/meminfo", "/proc/meminfo"],
    ["/proc/sys/kernel/random/boot_id", "/proc/sys/kernel/random/boot_id"],
    ["/proc/1", "/proc/PID"],
    ["/proc/71/stat", "/proc/PID/stat"],
    ["/proc/71/task/72/comm", "/proc/PID/task/TID/comm"],
    ["/proc/self/task/72/comm", "/proc/self/task/TID/comm"],
    ["/proc/self/task", "/proc/self/task"],
    ["/proc/self/fd/5", "/proc/self/fd/N"],
    ["/proc/self/fd", "/proc/self/fd"],
    ["/proc/71/task/72/fdinfo/3", "/proc/PID/task/TID/fdinfo/N"],
    ["/proc/self/fd/5/etc", "/proc/self/fd/N/etc"],
    ["/proc/self/map_files/7f00-7f01", "/proc/self/map_files/RANGE"],
    ["/proc/irq/12/smp_affinity", "/proc/irq/N/smp_affinity"],
    ["/dev/null", "/dev/null"],
    ["/dev/tty1", "/dev/tty1"],
    ["/dev/pts/3", "/dev/pts/N"],
    ["/dev/pts/ptmx", "/dev/pts/ptmx"],
    ["/dev/fd/63", "/dev/fd/N"],
    ["/dev/shm/sem.Xy7aQ", "/dev/shm/NAME"],
    ["/dev/shm", "/dev/shm"],
    ["/sys/devices/system/cpu/online", "/sys/devices/system/cpu/online"],
    ["/sys/devices/system/cpu/cpu12/cache", "/sys/devices/system/cpu/cpuN/cache"],
    ["/sys/devices/system/node/node0/meminfo", "/sys/devices/system/node/nodeN/meminfo"],
    ["/sys/devices/system/cpu/cpufreq", "/sys/devices/system/cpu/cpufreq"],
    ["/sys/fs/cgroup/user.slice/session-1.scope/memory.max", "/sys/fs/cgroup/GROUP/memory.max"],
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.max"],
    ["/proc/12a/x", "/proc/12a/x"],
    ["/home/proc/71/stat", "/home/proc/71/stat"],
  ])("names %s %s", (path, name) => {
    expect(namePseudoFile(path)).toBe(name);
  });

  it("changes a name no further", () => {
    const part = fc.constantFrom(
      "proc",
      "self",
      "task",
      "fd",
      "dev",
      "pts",
      "shm",
      "sys",
      "fs",
      "cgroup",
      "1",
      "23",
      "x.y",
      "PID",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const name = namePseudoFile(`/${parts.join("/")}`);
        expect(namePseudoFile(name)).toBe(name);
      }),
    );
  });
});

describe("listUsedPseudoFiles", () => {
  it("joins paths that are the same file, and remembers them for rules", () => {
    const [file, other] = listUsedPseudoFiles(reportOf("/proc/9/stat", "/proc/71/stat", "/proc/self/stat"));
    expect(file).toEqual({
      feature: { kind: "pseudo-file", name: "/proc/PID/stat", paths: ["/proc/71/stat", "/proc/9/stat"] },
      calls: 4,
      executables: ["/usr/bin/prog"],
    });
    expect(other?.feature.name).toBe("/proc/self/stat");
    expect(file && targetsForPseudoFile(file.feature)).toEqual([
      { kind: "path", path: "/proc/71/stat" },
      { kind: "path", path: "/proc/9/stat" },
    ]);
  });

  it("tells which paths of a later run its rules missed", () => {
    const [file] = listUsedPseudoFiles(reportOf("/proc/9/stat"));
    const later = reportOf("/proc/9/stat", "/proc/12/stat", "/proc/12/maps", "/proc/meminfo");
    expect(file && listEscapedPaths(file.feature, later)).toEqual(["/proc/12/stat"]);
  });

  it("leaves out, and says so, what no rule could name", () => {
    const report = reportOf("/proc/\udcff", "/proc/stat");
    expect(listUsedPseudoFiles(report).map(({ feature }) => feature.name)).toEqual(["/proc/stat"]);
    expect(listPathGaps(report)).toEqual(["the path /proc/? is not UTF-8 and is not analyzed"]);
  });
});
