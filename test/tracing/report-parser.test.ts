// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { TracerError } from "../../src/errors.js";
import { parseCapabilities, parseReport } from "../../src/tracing/report-parser.js";

const TRACER = {
  type: "tracer",
  protocol: 1,
  version: "0.1.0",
  architecture: "x86_64",
  kernel: "6.18",
  suspend: true,
  bpf: false,
};
const EXECUTABLE = {
  type: "executable",
  id: 2,
  path: "/b/prog",
  considered: true,
  execs: 1,
  processes: 2,
  exits: { "0": 1, "3": 1 },
  signals: {},
  abi: "x86_64",
};
const END = { type: "end", reason: "exited", exitCode: 0, signal: null, seconds: 0.5, leftOver: 0, blocked: 0 };

function write(...lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

test("puts lines together by executable", () => {
  const call = { type: "call", executable: 2, abi: "x86_64", nr: 39, calls: 3, zero: 0, positive: 3, interposed: 0 };
  const report = parseReport(
    write(
      TRACER,
      { type: "death", pid: 7, executable: 2, path: "/b/prog", signal: 11, seconds: 0.1 },
      { type: "warning", kind: "compat", message: "m", pid: 7 },
      { type: "error", kind: "ptrace", message: "e" },
      EXECUTABLE,
      call,
      { ...call, nr: 9999, errors: { "38": 2 } },
      { type: "argument", executable: 2, abi: "x86_64", nr: 16, arguments: [1], values: [21505], calls: 4 },
      { type: "path", executable: 2, abi: "x86_64", nr: 257, path: "/proc/self/maps", calls: 1 },
      { type: "something new", executable: 77 },
      END,
    ),
  );
  const [executable] = report.executables;
  expect(executable?.exits).toEqual(
    new Map([
      [0, 1],
      [3, 1],
    ]),
  );
  expect(executable?.calls.map(({ name }) => name)).toEqual(["getpid", "syscall_0x270f"]);
  expect(executable?.calls[1]?.results?.errors).toEqual(new Map([[38, 2]]));
  expect(executable?.arguments).toEqual([{ abi: "x86_64", number: 16, indexes: [1], values: [21505], calls: 4 }]);
  expect(executable?.paths[0]?.path).toBe("/proc/self/maps");
  expect(report.deaths[0]?.signal).toBe(11);
  expect(report.warnings).toHaveLength(1);
  expect(report.errors).toEqual([{ kind: "ptrace", message: "e" }]);
});

test("paths may hold any character, line separators and lone bytes included", () => {
  const path = "/b/\u2028\ud83d\ude00\udcff\n";
  const report = parseReport(write(TRACER, { ...EXECUTABLE, path }, END));
  expect(report.executables[0]?.path).toBe(path);
});

test.each([
  ["nothing", ""],
  ["no end", write(TRACER, EXECUTABLE)],
  ["no tracer", write(END)],
  ["half a line", write(TRACER).slice(0, -10)],
  ["not an object", "null\n"],
  ["a later protocol", write({ ...TRACER, protocol: 2 }, END)],
  ["a negative count", write(TRACER, { ...EXECUTABLE, execs: -1 }, END)],
  ["a count that is text", write(TRACER, { ...EXECUTABLE, execs: "1" }, END)],
  ["an errno that is no number", write(TRACER, { ...EXECUTABLE, exits: { x: 1 } }, END)],
  [
    "a call of nobody",
    write(TRACER, { type: "call", executable: 5, abi: "x86_64", nr: 0, calls: 1, interposed: 0 }, END),
  ],
])("a report with %s is refused", (_, text) => {
  expect(() => parseReport(text)).toThrow(TracerError);
});

test("refusals name the line and the key", () => {
  expect(() => parseReport(write(TRACER, { ...EXECUTABLE, execs: "1" }, END))).toThrow(/line 2.*execs/);
});

test("the probe writes one line", () => {
  expect(parseCapabilities(write(TRACER)).suspend).toBe(true);
  expect(() => parseCapabilities(write(END))).toThrow(TracerError);
});
