// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.js";
import { type Expectation, NOTHING_EXPECTED } from "../../src/workload/expectation.js";
import type { RunOptions } from "../../src/workload/run-options.js";
import type { RunResult } from "../../src/workload/run-result.js";
import { runWorkload } from "../../src/workload/run-workload.js";
import type { ServerWorkload } from "../../src/workload/workload.js";
import { openScratch, type Scratch } from "../support/scratch.js";

/** Where a run happens; script and ready command share it with the server. */
type Place = "in the tree" | "in a sandbox";

function placeOf(place: Place, scratch: Scratch): Pick<RunOptions, "sandbox"> {
  return place === "in a sandbox" ? { sandbox: { overlays: [scratch.directory], keep: [] } } : {};
}

interface Setup {
  readonly place?: Place;
  readonly mode?: string;
  readonly script?: string;
  readonly ready?: string;
  readonly options?: Partial<RunOptions>;
}

async function serve(
  scratch: Scratch,
  { place = "in the tree", mode = "", script, ready, options }: Setup,
): Promise<RunResult> {
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
    ...placeOf(place, scratch),
    ...options,
  });
}

describe.each<Place>(["in the tree", "in a sandbox"])("%s", (place) => {
  test("waits until the server listens, drives it, ends it", async () => {
    const scratch = await openScratch();
    const result = await serve(scratch, { place, options: { discover: "counts" } });
    expect(result).toMatchObject({ passed: true });
    expect(result.output).toMatch(/^pid \d+ ok\n$/);
    const [server] = result.report.executables.filter(({ considered }) => considered);
    expect(server?.calls.map(({ name }) => name)).toEqual(expect.arrayContaining(["listen", "accept", "getppid"]));
    await scratch.expectNoProcessLeft();
  });

  test.each(["child", "daemon"])("every descendant is ended: %s", async (mode) => {
    const scratch = await openScratch();
    expect(await serve(scratch, { place, mode })).toMatchObject({ passed: true });
    await scratch.expectNoProcessLeft();
  });

  test("the script knows the server's process", async () => {
    const scratch = await openScratch();
    const script = '$CONNECT $SOCKET | grep -q "^pid $LOUPE_SERVER_PID "';
    expect(await serve(scratch, { place, script })).toMatchObject({ passed: true });
  });

  test("interposition reaches the server and not the script", async () => {
    const scratch = await openScratch();
    const rules: RunOptions["rules"] = [{ action: { kind: "stub" }, target: { kind: "syscall", call: "getppid" } }];
    const result = await serve(scratch, { place, options: { rules } });
    expect(result.failure).toMatchObject({ kind: "test-script", exitCode: 1 });
    expect(result.logTail).toContain("failed");
  });

  test("a script that starts processes and hangs is ended, with the server", async () => {
    const scratch = await openScratch();
    const result = await serve(scratch, { place, script: "sleep 300 & sleep 300", options: { timeLimitSeconds: 2 } });
    expect(result.failure?.kind).toBe("time-limit");
    await scratch.expectNoProcessLeft();
  });

  test("a server that dies ends a script that waits for it", async () => {
    const scratch = await openScratch();
    const started = performance.now();
    const result = await serve(scratch, { place, mode: "die", script: "$CONNECT $SOCKET; sleep 300" });
    expect(result.failure).toMatchObject({ kind: "death", signal: 11 });
    expect(performance.now() - started).toBeLessThan(15_000);
    await scratch.expectNoProcessLeft();
  });

  test("a server that ends with a failure makes the run fail whatever the script says", async () => {
    const scratch = await openScratch();
    const result = await serve(scratch, { place, mode: "exit", script: "$CONNECT $SOCKET; sleep 1; true" });
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
      { considered: [server], discover: "none", timeLimitSeconds: 20, ...placeOf(place, scratch) },
    );
    expect(result).toMatchObject({ passed: true });
  });

  test("a server that never listens is not ready; one that ends before is named so", async () => {
    const scratch = await openScratch();
    const neverReady = await serve(scratch, { place, ready: "false", options: { timeLimitSeconds: 1.5 } });
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
      { considered: "all", discover: "none", timeLimitSeconds: 10, ...placeOf(place, scratch) },
    );
    expect(ended.failure).toMatchObject({ kind: "server-ended", exitCode: 0 });
  });

  test("interrupting ends server and script", async () => {
    const scratch = await openScratch();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1500);
    const run = serve(scratch, { place, script: "sleep 300", options: { signal: controller.signal } });
    await expect(run).rejects.toThrow(InterruptedError);
    await scratch.expectNoProcessLeft();
  });

  test("a script that hangs after the server has shut down with success is ended with it", async () => {
    const scratch = await openScratch();
    const started = performance.now();
    const result = await serve(scratch, {
      place,
      mode: "shutdown",
      script: "$CONNECT $SOCKET; echo waiting; sleep 300",
      options: { timeLimitSeconds: 60 },
    });
    expect(result.failure).toEqual({ kind: "server-ended", exitCode: 0, signal: null });
    expect(result.logTail).toContain("waiting");
    expect(performance.now() - started).toBeLessThan(25_000);
    await scratch.expectNoProcessLeft();
  });

  test("a ready command is run where the server is, and may be cut off by its end", async () => {
    const scratch = await openScratch();
    const ready = "test -S $SOCKET && kill -0 $LOUPE_SERVER_PID";
    expect(await serve(scratch, { place, ready })).toMatchObject({ passed: true });
    const ended = await serve(scratch, { place, mode: "exit", ready: "test -S $SOCKET && $CONNECT $SOCKET; sleep 5" });
    expect(ended.failure).toMatchObject({ kind: "server-ended", exitCode: 3 });
  });

  test("a ready command that succeeds after the server's end starts no script", async () => {
    const scratch = await openScratch();
    const ready =
      "$CONNECT $SOCKET && while kill -0 $LOUPE_SERVER_PID 2>/dev/null; do sleep 0.1; done; sleep 0.5; true";
    const witness = scratch.path("witness");
    const ended = await serve(scratch, { place, mode: "exit", ready, script: `touch ${witness}` });
    expect(ended.failure).toMatchObject({ kind: "server-ended", exitCode: 3 });
    expect(existsSync(witness)).toBe(false);
  });

  describe("time without output", () => {
    const noisy = "for i in 1 2 3; do sleep 0.3; echo $i; done; sleep 1";

    test("is measured over server and script", async () => {
      const scratch = await openScratch();
      const result = await serve(scratch, { place, script: noisy });
      expect(result).toMatchObject({ passed: true });
      expect(result.quietSeconds).toBeGreaterThan(0.9);
      expect(result.quietSeconds).toBeLessThan(result.seconds - 0.7);
      const talking = await serve(scratch, { place, mode: "talk", script: "sleep 2" });
      expect(talking.quietSeconds).toBeLessThan(1.5);
    });

    test("ends the run when it is too long, but not before the server is ready", async () => {
      const scratch = await openScratch();
      const expected: Expectation = { ...NOTHING_EXPECTED, quietLimitSeconds: 1.5 };
      const hanging = await serve(scratch, { place, script: "echo begun; sleep 300", options: { expected } });
      expect(hanging.failure).toEqual({ kind: "quiet", seconds: 1.5 });
      expect(hanging.logTail).toContain("begun");
      await scratch.expectNoProcessLeft();
      const slow = await serve(scratch, { place, ready: "sleep 2", script: noisy, options: { expected } });
      expect(slow).toMatchObject({ passed: true });
      const talking = await serve(scratch, { place, mode: "talk", script: "sleep 2.5", options: { expected } });
      expect(talking).toMatchObject({ passed: true });
    });
  });

  test("a server and a script that wait for each other are ended, but not before the server is ready", async () => {
    const scratch = await openScratch();
    const expected: Expectation = { ...NOTHING_EXPECTED, stallLimitSeconds: 0.8 };
    const hanging = await serve(scratch, { place, ready: "sleep 2", script: "sleep 300", options: { expected } });
    expect(hanging.failure).toEqual({ kind: "stall", seconds: 0.8 });
    await scratch.expectNoProcessLeft();
    const working = "for i in 1 2 3 4; do sleep 0.4; $CONNECT $SOCKET; done";
    expect(await serve(scratch, { place, script: working, options: { expected } })).toMatchObject({ passed: true });
  });

  test("a script that spins is ended, however much it prints", async () => {
    const scratch = await openScratch();
    const expected: Expectation = { ...NOTHING_EXPECTED, limitCpuSeconds: () => 0.5 };
    const spinning = await serve(scratch, { place, script: "while :; do echo x; done", options: { expected } });
    expect(spinning.failure).toEqual({ kind: "spin", process: "sh", seconds: 0.5 });
    await scratch.expectNoProcessLeft();
  });
});

describe("a sandbox", () => {
  /** A server on a TCP port that says what was written to a file in /tmp. */
  async function serveOnPort(port: number, word: string): Promise<RunResult> {
    const scratch = await openScratch();
    const server = `$s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:${port}") or die "listen: $!";
      while ($c = $s->accept) { open F, "<", "/tmp/loupe-server-test-word"; print $c <F>; close $c }`;
    const client = `print IO::Socket::INET->new("127.0.0.1:${port}")->getline`;
    const script = `echo ${word} > /tmp/loupe-server-test-word; sleep 1; test "$(perl -MIO::Socket::INET -e '${client}')" = ${word}`;
    const workload: ServerWorkload = {
      form: "server",
      kind: "check",
      command: ["/usr/bin/perl", "-MIO::Socket::INET", "-e", server],
      directory: scratch.directory,
      environment: scratch.environment,
      testScript: ["/bin/sh", "-c", script],
    };
    return runWorkload(workload, {
      considered: ["/usr/bin/perl"],
      discover: "none",
      timeLimitSeconds: 20,
      ...placeOf("in a sandbox", scratch),
    });
  }

  test("two servers use the same port and the same file side by side", async () => {
    const results = await Promise.all([serveOnPort(8084, "one"), serveOnPort(8084, "two")]);
    expect(results.map(({ passed, logTail }) => [passed, logTail])).toEqual([
      [true, expect.anything()],
      [true, expect.anything()],
    ]);
    expect(existsSync("/tmp/loupe-server-test-word")).toBe(false);
  });

  test("nothing survives, neither of the server's nor of the script's", async () => {
    const scratch = await openScratch();
    const script = "$CONNECT $SOCKET; setsid sleep 300 & echo x > left; echo x > /tmp/loupe-server-test-left; exit 0";
    const result = await serve(scratch, { place: "in a sandbox", mode: "daemon", script });
    expect(result).toMatchObject({ passed: true });
    await scratch.expectNoProcessLeft();
    expect(["socket", "left"].filter((name) => existsSync(scratch.path(name)))).toEqual([]);
    expect(existsSync("/tmp/loupe-server-test-left")).toBe(false);
  });

  test("a server whose sandbox ends while the script runs has ended, whatever becomes of the script", async () => {
    const scratch = await openScratch();
    const result = await serve(scratch, {
      place: "in a sandbox",
      mode: "exit",
      script: "echo begun; $CONNECT $SOCKET; sleep 300",
    });
    expect(result.failure).toEqual({ kind: "server-ended", exitCode: 3, signal: null });
    expect(result.logTail).toContain("begun");
    await scratch.expectNoProcessLeft();
  });
});
