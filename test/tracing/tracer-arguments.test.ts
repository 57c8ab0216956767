// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { formatRule, formatTracerArguments } from "../../src/tracing/tracer-arguments.js";

test("rules are written as the protocol has them", () => {
  expect(formatRule({ action: { kind: "stub" }, target: { kind: "syscall", call: "getppid" } })).toBe("stub:getppid");
  expect(formatRule({ action: { kind: "fake" }, target: { kind: "syscall", call: 1 } })).toBe("fake:1");
  expect(formatRule({ action: { kind: "fake", value: 0 }, target: { kind: "syscall", call: "lseek" } })).toBe(
    "fake=0:lseek",
  );
  expect(
    formatRule({
      action: { kind: "errno", errno: 22 },
      target: { kind: "syscall", call: "fcntl", conditions: [{ index: 1, mask: 0xff, value: 4 }] },
    }),
  ).toBe("errno=22:fcntl,arg1&0xff=0x4");
  expect(formatRule({ action: { kind: "fake" }, target: { kind: "path", path: "/proc/self/maps" } })).toBe(
    "fake:path=/proc/self/maps",
  );
});

test("a command's own options are not taken for the tracer's", () => {
  const words = formatTracerArguments(
    {
      command: ["prog", "--time-limit", "1"],
      considered: ["/b/prog", "*/other"],
      discover: "counts",
      record: ["paths"],
      recordArguments: [{ call: "ioctl", indexes: [1] }],
      detach: ["*/strace"],
      timeLimitSeconds: 1.5,
      graceSeconds: 0,
      output: { kind: "ignore" },
    },
    "/tmp/report",
  );
  expect(words).toEqual([
    ...["--output", "/tmp/report", "--consider", "/b/prog", "--consider", "*/other", "--discover", "counts"],
    ...["--record-argument", "ioctl:1", "--record-paths", "--detach", "*/strace"],
    ...["--time-limit", "1.500", "--grace", "0.000", "--", "prog", "--time-limit", "1"],
  ]);
});

test("a sandbox is made, or joined", () => {
  const request = { command: ["prog"], considered: [], discover: "none", output: { kind: "ignore" } } as const;
  const sandbox = { overlays: ["/b"], keep: ["/tmp/results"], holdSeconds: 10 };
  expect(formatTracerArguments({ ...request, sandbox }, "/r").slice(4, -2)).toEqual([
    ...["--sandbox", "--overlay", "/b", "--keep", "/tmp/results", "--hold", "10.000"],
  ]);
  expect(formatTracerArguments({ ...request, join: 71 }, "/r").slice(4, -2)).toEqual(["--join", "71"]);
});
