// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { EnvironmentError, TracerError } from "../../src/errors.js";
import type { TraceRequest } from "../../src/tracing/trace-request.js";
import { probeTracer, runTracer, startTracer } from "../../src/tracing/tracer.js";
import { openScratch, type Scratch } from "../support/scratch.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

function request(scratch: Scratch, command: TraceRequest["command"], rest: Partial<TraceRequest> = {}): TraceRequest {
  return {
    command,
    directory: scratch.directory,
    environment: scratch.environment,
    considered: "all",
    discover: "none",
    output: { kind: "tail", streams: "together", keepBytes: 10_000 },
    ...rest,
  };
}

test("probes the tracer", async () => {
  expect((await probeTracer()).protocol).toBe(1);
});

test("records calls and keeps the output of both streams in order", async () => {
  const scratch = await openScratch();
  const program = await scratch.program("basics");
  const { report, outputTail } = await runTracer(
    request(scratch, ["/bin/sh", "-c", `echo one; echo two >&2; ${program}; echo three`], {
      considered: [program],
      discover: "counts",
    }),
  );
  expect(outputTail).toBe("one\ntwo\nignored\nthree\n");
  expect(report.end).toMatchObject({ reason: "exited", exitCode: 0 });
  const [executable] = report.executables.filter(({ considered }) => considered);
  expect(executable?.path).toBe(program);
  expect(executable?.calls.find(({ name }) => name === "getppid")).toMatchObject({ calls: 1 });
});

test("rules reach the considered program", async () => {
  const scratch = await openScratch();
  const program = await scratch.program("basics");
  const run = async (kind: "stub" | "fake"): Promise<number | null> =>
    (
      await runTracer(
        request(scratch, [program], {
          considered: [program],
          rules: [{ action: { kind }, target: { kind: "syscall", call: "write" } }],
        }),
      )
    ).report.end.exitCode;
  expect(await run("stub")).toBe(1);
  expect(await run("fake")).toBe(0);
});

test("the command's output is a pipe that can be opened by name", async () => {
  const scratch = await openScratch();
  const { outputTail } = await runTracer(
    request(scratch, ["/bin/sh", "-c", "echo named >/dev/stdout; echo error >/dev/stderr"]),
  );
  expect(outputTail).toBe("named\nerror\n");
});

test("standard output can be kept apart", async () => {
  const scratch = await openScratch();
  const result = await runTracer(
    request(scratch, ["/bin/sh", "-c", "echo 12.5; echo noise >&2"], {
      output: { kind: "tail", streams: "apart", keepBytes: 100 },
    }),
  );
  expect(result.stdoutTail).toBe("12.5\n");
  expect(result.outputTail).toContain("noise");
});

test("of much output only the end is kept in memory, and the beginning in the log", async () => {
  const scratch = await openScratch();
  const file = scratch.path("log");
  const before = process.memoryUsage().rss;
  const { outputTail } = await runTracer(
    request(scratch, ["/bin/sh", "-c", "head -c 500000000 /dev/zero | tr '\\0' x; echo end"], {
      output: { kind: "tail", streams: "together", keepBytes: 1000, file },
    }),
  );
  expect(outputTail).toHaveLength(1000);
  expect(outputTail.endsWith("xend\n")).toBe(true);
  const log = await readFile(file, "utf8");
  expect(log.length).toBeLessThan(70 * 1024 * 1024);
  expect(log.slice(-50)).toMatch(/x\n\[432891140 later bytes left out\]\n$/);
  expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
});

test("aborting ends the tree, and what happened is still reported", async () => {
  const scratch = await openScratch();
  const controller = new AbortController();
  const traced = await startTracer(
    request(scratch, ["/bin/sh", "-c", "sleep 300 & echo started; sleep 300"], {
      graceSeconds: 0.5,
      signal: controller.signal,
    }),
  );
  setTimeout(() => controller.abort(), 500);
  const { report, outputTail } = await traced.result;
  expect(report.end.reason).toBe("terminated");
  expect(outputTail).toBe("started\n");
  await scratch.expectNoProcessLeft();
});

test("the time limit ends programs that ignore SIGTERM", async () => {
  const scratch = await openScratch();
  const { report } = await runTracer(
    request(scratch, ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"], {
      timeLimitSeconds: 0.5,
      graceSeconds: 0.5,
    }),
  );
  expect(report.end.reason).toBe("time-limit");
  await scratch.expectNoProcessLeft();
});

test("nothing is left in the directory for temporary files", async () => {
  const scratch = await openScratch();
  vi.stubEnv("TMPDIR", scratch.directory);
  await runTracer(request(scratch, ["/bin/true"]));
  expect(await readdir(scratch.directory)).toEqual([]);
});

test("a command that cannot be executed is a result", async () => {
  const scratch = await openScratch();
  const { report } = await runTracer(request(scratch, [await scratch.file("text", "no program")]));
  expect(report.end.reason).toBe("cannot-execute");
});

describe("a tracer that fails", () => {
  test("missing: says how to get it", async () => {
    const scratch = await openScratch();
    vi.stubEnv("LOUPE_TRACER", scratch.path("none"));
    await expect(runTracer(request(scratch, ["/bin/true"]))).rejects.toThrow(EnvironmentError);
    await expect(runTracer(request(scratch, ["/bin/true"]))).rejects.toThrow(/LOUPE_TRACER names/);
  });

  test("killed: its report is truncated", async () => {
    const scratch = await openScratch();
    const traced = await startTracer(request(scratch, ["/bin/sh", "-c", "sleep 300"]));
    setTimeout(() => process.kill(traced.pid, "SIGKILL"), 300);
    await expect(traced.result).rejects.toThrow(TracerError);
    // The kernel kills the tree; that takes it a moment.
    await vi.waitFor(() => scratch.expectNoProcessLeft(), { timeout: 5000 });
  });

  test("not allowed to trace: names what to do", async () => {
    const scratch = await openScratch();
    const helper = await scratch.program("without-ptrace");
    const tracer = await scratch.script(
      "tracer",
      `exec ${helper} ${process.env.LOUPE_TRACER ?? `${process.cwd()}/tracer/loupe-tracer`} "$@"`,
    );
    vi.stubEnv("LOUPE_TRACER", tracer);
    await expect(runTracer(request(scratch, ["/bin/true"]))).rejects.toThrow(EnvironmentError);
  });
});
