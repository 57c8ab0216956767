// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { listUsedPseudoFiles, targetsForPseudoFile } from "../../../src/analysis/pseudo-files.js";
import { listUsedSubFeatures } from "../../../src/analysis/sub-features/observed.js";
import { recordArguments, ruleForSubFeature } from "../../../src/analysis/sub-features/rules.js";
import { nativeArchitecture } from "../../../src/tracing/syscall-table.js";
import type { Command } from "../../../src/tracing/trace-request.js";
import { runTracer } from "../../../src/tracing/tracer.js";

const native = nativeArchitecture() ?? "x86_64";
const PYTHON = "/usr/bin/python3";

/** Uses an fcntl, a flag of open, a socket option and pseudo-files, and says what it got. */
const PROGRAM = `
import fcntl, os, socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try: print("option", s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))
except OSError as e: print("option", e.errno)
print("flags", fcntl.fcntl(0, fcntl.F_GETFD))
try: print("maps", len(open("/proc/self/maps").read()) > 0)
except OSError as e: print("maps", e.errno)
os.stat("/proc/1/stat")
`;
const command: Command = [PYTHON, "-S", "-E", "-c", PROGRAM];
const base = { command, considered: "all", stdin: "ignore" } as const;
const output = { kind: "tail", streams: "apart", keepBytes: 65536 } as const;

async function observe() {
  const { report } = await runTracer({
    ...base,
    discover: "counts",
    recordArguments: recordArguments(native),
    record: ["paths"],
    output,
  });
  expect(report.end).toMatchObject({ reason: "exited", exitCode: 0 });
  return report;
}

describe("with the tracer", () => {
  it("sees the sub-features and pseudo-files of a real program", async () => {
    const report = await observe();
    const features = listUsedSubFeatures(report);
    const names = features.map(({ feature }) => feature.name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(
      expect.arrayContaining([
        "fcntl:F_GETFD",
        "getsockopt:SOL_SOCKET/SO_REUSEADDR",
        "mmap:MAP_ANONYMOUS",
        "openat:O_RDONLY",
        "setsockopt:SOL_SOCKET/SO_REUSEADDR",
        "socket:AF_INET",
        "socket:SOCK_STREAM",
      ]),
    );
    expect(features.find(({ feature }) => feature.name === "setsockopt:SOL_SOCKET/SO_REUSEADDR")).toMatchObject({
      feature: { kind: "sub-feature" },
      calls: 1,
    });
    const files = listUsedPseudoFiles(report);
    expect(files.find(({ feature }) => feature.name === "/proc/PID/stat")?.feature.paths).toEqual(["/proc/1/stat"]);
    expect(files.map(({ feature }) => feature.name)).toContain("/proc/self/maps");
  });

  it("interposes one of them and leaves its neighbours alone", async () => {
    const maps = listUsedPseudoFiles(await observe()).find(({ feature }) => feature.name === "/proc/self/maps");
    const { stdoutTail } = await runTracer({
      ...base,
      discover: "none",
      rules: [
        { action: { kind: "stub" }, target: ruleForSubFeature("getsockopt:SOL_SOCKET/SO_REUSEADDR", native) },
        { action: { kind: "fake", value: 7 }, target: ruleForSubFeature("fcntl:F_GETFD", native) },
        ...targetsForPseudoFile(maps?.feature ?? expect.fail("no /proc/self/maps")).map(
          (target) => ({ action: { kind: "stub" }, target }) as const,
        ),
      ],
      output,
    });
    expect(stdoutTail).toBe("option 38\nflags 7\nmaps 2\n");
  });
});
