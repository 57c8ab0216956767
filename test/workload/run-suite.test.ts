// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { InterruptedError, TracerError } from "../../src/errors.js";
import { NOTHING_EXPECTED } from "../../src/workload/expectation.js";
import type { RunOptions } from "../../src/workload/run-options.js";
import { describeFailure, type RunResult } from "../../src/workload/run-result.js";
import { runWorkload } from "../../src/workload/run-workload.js";
import { openScratch, type Scratch } from "../support/scratch.js";

async function runShell(scratch: Scratch, script: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
  return runWorkload(
    {
      form: "suite",
      kind: "suite",
      command: ["/bin/sh", "-c", script],
      directory: scratch.directory,
      environment: scratch.environment,
    },
    { considered: "all", discover: "none", timeLimitSeconds: 20, ...options },
  );
}

test("exit status 0 passes", async () => {
  const scratch = await openScratch();
  const result = await runShell(scratch, "echo fine", { runDirectory: scratch.directory });
  expect(result).toMatchObject({ passed: true, logTail: "fine\n" });
  expect(result.failure).toBeUndefined();
  expect(await readFile(scratch.path("log"), "utf8")).toBe("fine\n");
});

test("another exit status fails", async () => {
  const scratch = await openScratch();
  const result = await runShell(scratch, "exit 7");
  expect(result.failure).toEqual({ kind: "command", exitCode: 7, signal: null });
});

test("a considered process that dies makes a run fail that exits 0, unless that is how the workload is", async () => {
  const scratch = await openScratch();
  const script = "sh -c 'kill -SEGV $$'; true";
  const result = await runShell(scratch, script);
  expect(result.failure).toMatchObject({ kind: "death", signal: 11 });
  const { path, signal } = result.report.deaths[0] ?? { path: "", signal: 0 };
  expect(
    (await runShell(scratch, script, { expected: { ...NOTHING_EXPECTED, deaths: [{ path, signal }] } })).passed,
  ).toBe(true);
  expect(
    (await runShell(scratch, script, { expected: { ...NOTHING_EXPECTED, deaths: [{ path, signal: 6 }] } })).passed,
  ).toBe(false);
  expect((await runShell(scratch, script, { considered: ["/none"] })).passed).toBe(true);
});

test("a hanging suite is ended with all that it started", async () => {
  const scratch = await openScratch();
  const result = await runShell(scratch, "sleep 300 & sleep 300", { timeLimitSeconds: 1 });
  expect(result.failure && describeFailure(result.failure)).toBe("not finished after 1.0 s");
  await scratch.expectNoProcessLeft();
});

test("a signal that comes to the tracer before it comes to us interrupts the run", async () => {
  const scratch = await openScratch();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 300);
  const running = runShell(scratch, "kill -INT $PPID; sleep 30", { signal: controller.signal });
  await expect(running).rejects.toThrow(InterruptedError);
  await expect(runShell(scratch, "kill -INT $PPID; sleep 30")).rejects.toThrow(TracerError);
});

test("interrupting ends the run", async () => {
  const scratch = await openScratch();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 300);
  await expect(runShell(scratch, "sleep 300", { signal: controller.signal })).rejects.toThrow(InterruptedError);
  await expect(runShell(scratch, "sleep 300", { signal: controller.signal })).rejects.toThrow(InterruptedError);
});

test.each([
  ["is in the tree", (): Partial<RunOptions> => ({})],
  [
    "is in a sandbox",
    (scratch: Scratch): Partial<RunOptions> => ({ sandbox: { overlays: [scratch.directory], keep: [] } }),
  ],
])("what the processes of a run do is measured and limited where it %s", async (_, place) => {
  const scratch = await openScratch();
  const options = { ...place(scratch), considered: ["/none"] };
  const work = "timeout 0.7 sh -c 'while :; do :; done'";
  const plain = await runShell(scratch, `${work}; sleep 1.5`, options);
  expect(plain).toMatchObject({ passed: true });
  expect(plain.activity.stalledSeconds).toBeGreaterThan(0.9);
  expect(plain.activity.stalledSeconds).toBeLessThan(1.8);
  expect(plain.activity.cpuSeconds.get("sh")).toBeGreaterThan(0.05);
  expect(plain.activity.cpuSeconds.get("sh")).toBeLessThan(0.8);

  const runLimited = async (script: string): Promise<RunResult> => {
    const expected = {
      ...NOTHING_EXPECTED,
      stallLimitSeconds: 0.9,
      limitCpuSeconds: (name: string) => (name === "sh" ? 0.9 : 5),
    };
    const result = await runShell(scratch, script, { ...options, expected });
    await scratch.expectNoProcessLeft();
    return result;
  };
  expect((await runLimited("sleep 300 & wait")).failure).toEqual({ kind: "stall", seconds: 0.9 });
  // One that has put itself into the background is nobody's child, and the run waits for it.
  expect((await runLimited("(setsid sh -c 'while :; do echo x; done' &); sleep 5")).failure).toEqual({
    kind: "spin",
    process: "sh",
    seconds: 0.9,
  });
  expect(await runLimited(`for i in 1 2 3; do ${work}; sleep 0.4; done`)).toMatchObject({ passed: true });
});

test("an output that its reader does not take makes no stall", async () => {
  const scratch = await openScratch();
  const expected = { ...NOTHING_EXPECTED, stallLimitSeconds: 0.9 };
  const result = await runShell(scratch, "head -c 300000000 /dev/zero", { expected });
  expect(result).toMatchObject({ passed: true });
});
