// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.js";
import type { RunOptions } from "../../src/workload/run-options.js";
import type { RunResult } from "../../src/workload/run-result.js";
import { runWorkload } from "../../src/workload/run-workload.js";
import type { ServerWorkload } from "../../src/workload/workload.js";
import { openScratch, type Scratch } from "../support/scratch.js";

interface Setup {
  readonly mode?: string;
  readonly script?: string;
  readonly ready?: string;
  readonly options?: Partial<RunOptions>;
}

async function serve(scratch: Scratch, { mode = "", script, ready, options }: Setup): Promise<RunResult> {
  const [server, connect] = [await scratch.program("server"), await scratch.program("connect")];
  const socket = scratch.path("socket");
  const workload: ServerWorkload = {
    form: "server",
    kind: "check",
    command: [server, socket, mode],
    directory: scratch.directory,
    environment: { ...scratch.environment, SOCKET: socket, CONNECT: connect },
    testScript: ["/bin/sh", "-c", script ?? "$CONNECT $SOCKET | tee answer && grep -q ok answer"],
    ...(ready !== undefined && { readyCommand: ["/bin/sh", "-c", ready] }),
  };
  return runWorkload(workload, {
    considered: [server],
    discover: "none",
    timeLimitSeconds: 20,
    ...options,
  });
}

test("waits until the server listens, drives it, ends it", async () => {
  const scratch = await openScratch();
  const result = await serve(scratch, { options: { discover: "counts" } });
  expect(result).toMatchObject({ passed: true });
  expect(result.output).toMatch(/^pid \d+ ok\n$/);
  const [server] = result.report.executables.filter(({ considered }) => considered);
  expect(server?.calls.map(({ name }) => name)).toEqual(expect.arrayContaining(["listen", "accept", "getppid"]));
  await scratch.expectNoProcessLeft();
});

test.each(["child", "daemon"])("every descendant is ended: %s", async (mode) => {
  const scratch = await openScratch();
  expect(await serve(scratch, { mode })).toMatchObject({ passed: true });
  await scratch.expectNoProcessLeft();
});

test("the script knows the server's process", async () => {
  const scratch = await openScratch();
  const script = '$CONNECT $SOCKET | grep -q "^pid $LOUPE_SERVER_PID "';
  expect(await serve(scratch, { script })).toMatchObject({ passed: true });
});

test("interposition reaches the server and not the script", async () => {
  const scratch = await openScratch();
  const rules: RunOptions["rules"] = [{ action: { kind: "stub" }, target: { kind: "syscall", call: "getppid" } }];
  const result = await serve(scratch, { options: { rules } });
  expect(result.failure).toMatchObject({ kind: "test-script", exitCode: 1 });
  expect(result.logTail).toContain("failed");
});

test("a script that starts processes and hangs is ended, with the server", async () => {
  const scratch = await openScratch();
  const result = await serve(scratch, { script: "sleep 300 & sleep 300", options: { timeLimitSeconds: 2 } });
  expect(result.failure?.kind).toBe("time-limit");
  await scratch.expectNoProcessLeft();
});

test("a server that dies ends a script that waits for it", async () => {
  const scratch = await openScratch();
  const started = performance.now();
  const result = await serve(scratch, { mode: "die", script: "$CONNECT $SOCKET; sleep 300" });
  expect(result.failure).toMatchObject({ kind: "death", signal: 11 });
  expect(performance.now() - started).toBeLessThan(15_000);
  await scratch.expectNoProcessLeft();
});

test("a server that ends with a failure makes the run fail whatever the script says", async () => {
  const scratch = await openScratch();
  const result = await serve(scratch, { mode: "exit", script: "$CONNECT $SOCKET; sleep 1; true" });
  expect(result.failure).toMatchObject({ kind: "server-ended", exitCode: 3 });
});

test("a script may shut the server down", async () => {
  const scratch = await openScratch();
  const server = await scratch.script("stoppable", "trap 'exit 0' USR1; while :; do sleep 0.1; done");
  const result = await runWorkload(
    {
      form: "server",
      kind: "check",
      command: [server],
      directory: scratch.directory,
      environment: scratch.environment,
      testScript: ["/bin/sh", "-c", "kill -USR1 $LOUPE_SERVER_PID; sleep 1"],
      readyCommand: ["/bin/sleep", "0.3"],
    },
    { considered: [server], discover: "none", timeLimitSeconds: 20 },
  );
  expect(result).toMatchObject({ passed: true });
});

test("a server that never listens is not ready; one that ends before is named so", async () => {
  const scratch = await openScratch();
  const neverReady = await serve(scratch, { ready: "false", options: { timeLimitSeconds: 1.5 } });
  expect(["not-ready", "time-limit"]).toContain(neverReady.failure?.kind);
  const ended = await runWorkload(
    {
      form: "server",
      kind: "check",
      command: ["/bin/true"],
      directory: scratch.directory,
      environment: scratch.environment,
      testScript: ["/bin/true"],
    },
    { considered: "all", discover: "none", timeLimitSeconds: 10 },
  );
  expect(ended.failure).toMatchObject({ kind: "server-ended", exitCode: 0 });
});

test("interrupting ends server and script", async () => {
  const scratch = await openScratch();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1500);
  const run = serve(scratch, { script: "sleep 300", options: { signal: controller.signal } });
  await expect(run).rejects.toThrow(InterruptedError);
  await scratch.expectNoProcessLeft();
});
