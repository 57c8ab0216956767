// SPDX-License-Identifier: GPL-3.0-or-later
// How a run ends: exit statuses, time limits, left-over processes, signals to the tracer, and its own death.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { describeWays } from "./ways.js";
import { openWorkspace } from "./workspace.js";

describeWays(["root", "user", "user-namespace"], (way) => {
  describe("the command's own status passes through", () => {
    test.each([0, 1, 3, 124, 125, 126, 127, 137, 255])("%i", async (status) => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const { exitCode, report } = await workspace.trace(["--consider", end], [end, `${status}`]);
      expect(exitCode).toBe(status);
      expect(report.end).toMatchObject({ reason: "exited", exitCode: status, signal: null, leftOver: 0 });
    });

    test.each([1, 2, 6, 9, 11, 13, 15, 24, 31, 34, 64])("signal %i", async (number) => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const { exitCode, report } = await workspace.trace(["--consider", end], [end, "signal", `${number}`]);
      expect(exitCode).toBe(128 + number);
      expect(report.end).toMatchObject({ reason: "signaled", exitCode: null, signal: number });
      expect(report.executable(end).signals).toEqual({ [number]: 1 });
    });
  });

  describe("a considered process whose end is not expected ends everything", () => {
    const script = (end: string, words: string) => ["/bin/sh", "-c", `${end} 0; ${end} ${words}; sleep 300`];

    test("a death", async () => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const { exitCode, report } = await workspace.trace(
        ["--consider", end, "--end-on-death"],
        script(end, "signal 11"),
      );
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("death");
    });

    test("an exit status that is not among those that are named", async () => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const { exitCode, report } = await workspace.trace(["--consider", end, "--end-on-exit", "0,1"], script(end, "3"));
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("exit");
      expect(report.exits).toMatchObject([{ path: end, exitCode: 3 }]);
    });

    test("expected ones, and those of ignored programs, end nothing", async () => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const command = ["/bin/sh", "-c", `${end} 1; ${end} 0; sh -c 'exit 7'; exit 5`];
      const options = ["--consider", end, "--end-on-exit", "0,1", "--end-on-death"];
      const { exitCode, report } = await workspace.trace(options, command);
      expect(exitCode).toBe(5);
      expect(report.end.reason).toBe("exited");
    });
  });

  describe("a command that cannot be executed", () => {
    test("is not found", async () => {
      const workspace = await openWorkspace(way);
      const missing = workspace.path("missing");
      for (const command of [missing, "no-such-command-in-path"]) {
        const { exitCode, stderr, report } = await workspace.trace([], [command], {
          environment: { PATH: "/usr/bin:/bin" },
        });
        expect(exitCode).toBe(127);
        expect(stderr).toContain(command);
        expect(report.end).toMatchObject({ reason: "cannot-execute", exitCode: null, errno: 2 });
      }
    });

    test("is no program", async () => {
      const workspace = await openWorkspace(way);
      const data = await workspace.file("data", "no program", 0o644);
      const interpreter = await workspace.file("lost", "#!/no/such/interpreter\n", 0o755);
      for (const [command, status, errno] of [
        [data, 126, 13],
        [workspace.directory, 126, 13],
        [interpreter, 127, 2],
      ] as const) {
        const { exitCode, stderr, report } = await workspace.trace([], [command]);
        expect(stderr, command).toContain(command);
        expect(exitCode, command).toBe(status);
        expect(report.end).toMatchObject({ reason: "cannot-execute", exitCode: null, errno });
      }
    });

    test("is found in PATH, as a shell would find it", async () => {
      const workspace = await openWorkspace(way);
      await workspace.program("end", "bin/some-command");
      const environment = { PATH: `/nonexistent:${workspace.path("bin")}:/usr/bin:/bin` };
      const { exitCode } = await workspace.trace([], ["some-command", "4"], { environment });
      expect(exitCode).toBe(4);
    });
  });

  describe("--time-limit", () => {
    test("ends a program politely: SIGTERM first", async () => {
      const workspace = await openWorkspace(way);
      const polite = await workspace.program("polite");
      const { exitCode, stdout, seconds, report } = await workspace.trace(
        ["--time-limit", "0.5", "--grace", "20", "--consider", polite],
        [polite],
      );
      expect(stdout).toBe("ready\nbye\n");
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("time-limit");
      expect(report.executable(polite).exits).toEqual({ "5": 1 });
      expect(seconds).toBeLessThan(15);
    });

    test("kills those that do not listen, children too", async () => {
      const workspace = await openWorkspace(way);
      const stubborn = await workspace.program("stubborn");
      const options = ["--time-limit", "0.5", "--grace", "0.3", "--consider", stubborn, "--discover", "counts"];
      const { exitCode, seconds, report } = await workspace.trace(options, [stubborn, "20"]);
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("time-limit");
      expect(report.executable(stubborn).processes).toBe(21);
      expect(seconds).toBeGreaterThan(0.7);
      expect(seconds).toBeLessThan(15);
      expect(await workspace.findProcesses()).toEqual([]);
    });

    test("ends stopped processes", async () => {
      const workspace = await openWorkspace(way);
      const options = ["--time-limit", "0.5", "--grace", "0.3"];
      const { exitCode } = await workspace.trace(options, ["/bin/sh", "-c", "kill -STOP $$; exit 3"]);
      expect(exitCode).toBe(124);
    });

    test("ends a fork bomb", async () => {
      const workspace = await openWorkspace(way);
      const bomb = await workspace.program("fork-bomb");
      const options = ["--time-limit", "1", "--grace", "0.3", "--consider", bomb];
      const { exitCode, seconds, report } = await workspace.trace(options, [bomb, "80"]);
      expect(exitCode).toBe(124);
      expect(report.executable(bomb).processes).toBeGreaterThan(80);
      expect(seconds).toBeLessThan(30);
      expect(await workspace.findProcesses()).toEqual([]);
    });

    test("in time, nothing happens", async () => {
      const workspace = await openWorkspace(way);
      const end = await workspace.program("end");
      const { exitCode, report } = await workspace.trace(["--time-limit", "30"], [end, "3"]);
      expect(exitCode).toBe(3);
      expect(report.end.reason).toBe("exited");
    });
  });

  describe("what is left when the command has ended", () => {
    test("a daemon is ended and counted", async () => {
      const workspace = await openWorkspace(way);
      const daemon = await workspace.program("daemon");
      const options = ["--linger", "0.3", "--grace", "0.5", "--consider", daemon];
      const { exitCode, seconds, report } = await workspace.trace(options, [daemon, "60000"]);
      expect(exitCode).toBe(0);
      expect(report.end).toMatchObject({ reason: "exited", exitCode: 0, leftOver: 1 });
      expect(seconds).toBeLessThan(15);
      expect(await workspace.findProcesses()).toEqual([]);
    });

    test("a descendant that ends by itself in time is not, and its calls count", async () => {
      const workspace = await openWorkspace(way);
      const daemon = await workspace.program("daemon");
      const options = ["--linger", "20", "--consider", daemon, "--discover", "counts"];
      const { exitCode, seconds, report } = await workspace.trace(options, [daemon, "400"]);
      expect(exitCode).toBe(0);
      expect(report.end.leftOver).toBe(0);
      expect(report.call(daemon, "getsid").calls).toBe(1);
      expect(seconds).toBeLessThan(15);
    });

    test("several stubborn ones are killed", async () => {
      const workspace = await openWorkspace(way);
      const stubborn = await workspace.program("stubborn");
      const script = `setsid ${stubborn} 3 & setsid ${stubborn} 3 & sleep 0.5; exit 6`;
      const options = ["--linger", "0.1", "--grace", "0.2"];
      const { exitCode, report } = await workspace.trace(options, ["/bin/sh", "-c", script]);
      expect(exitCode).toBe(6);
      expect(report.end.leftOver).toBe(8);
    });
  });

  describe("signals to the tracer", () => {
    test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
      "%s ends the tree, and the report is written",
      async (signal) => {
        const workspace = await openWorkspace(way);
        const stubborn = await workspace.program("stubborn");
        const { report, seconds } = await workspace.trace(
          ["--grace", "0.3", "--consider", stubborn, "--discover", "counts"],
          [stubborn, "5"],
          { interrupt: { after: "ready\n", signal } },
        );
        expect(report.end.reason).toBe("terminated");
        expect(report.executable(stubborn).processes).toBe(6);
        expect(report.callNames(stubborn)).toContain("pause");
        expect(seconds).toBeLessThan(20);
        expect(await workspace.findProcesses()).toEqual([]);
      },
    );

    test("kill -9 of the tracer takes the tree with it", async () => {
      const workspace = await openWorkspace(way);
      const stubborn = await workspace.program("stubborn");
      const output = workspace.path("killed.jsonl");
      const options = ["--output", output, "--consider", stubborn, "--discover", "counts"];
      const outcome = await workspace.runTracer([...options, "--", stubborn, "10"], {
        interrupt: { after: "ready\n", signal: "SIGKILL" },
      });
      expect(outcome.signal).toBe("SIGKILL");
      // The kernel kills the tracees while the tracer dies; the wait for the tracer does not wait for them.
      for (let i = 0; i < 50 && (await workspace.findProcesses()).length > 0; i++) await sleep(100);
      expect(await workspace.findProcesses()).toEqual([]);
      expect(await readFile(output, "utf8")).not.toContain('"type":"end"');
    });
  });
});
