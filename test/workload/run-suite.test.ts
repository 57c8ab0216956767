// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.js";
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

test("interrupting ends the run", async () => {
  const scratch = await openScratch();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 300);
  await expect(runShell(scratch, "sleep 300", { signal: controller.signal })).rejects.toThrow(InterruptedError);
  await expect(runShell(scratch, "sleep 300", { signal: controller.signal })).rejects.toThrow(InterruptedError);
});
