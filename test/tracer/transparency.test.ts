// SPDX-License-Identifier: GPL-3.0-or-later
// A program must not notice the tracer: what it inherits, its arguments, its input and output, its terminal.
import { describe, expect, test } from "vitest";
import { modesOf } from "./modes.js";
import { needsRoot, WAYS } from "./privileges.js";
import { describeWays } from "./ways.js";
import { openWorkspace } from "./workspace.js";

describeWays(WAYS, (way) => {
  describe.each(["none", ...modesOf(way)])("--discover %s", (mode) => {
    test("descriptors, signals, limits, groups and environment are the native ones", async () => {
      const workspace = await openWorkspace(way);
      const state = await workspace.program("state");
      const settings = { stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] } as const;
      const native = await workspace.native([state], settings);
      expect(native.stdout).toContain("descriptors: 0 1 2 3 4");
      for (const considered of [["--consider", state, "--record-maps"], []]) {
        const traced = await workspace.trace(["--discover", mode, ...considered], [state], settings);
        expect(traced.stdout).toBe(native.stdout);
      }
    });
  });

  test("blocked and ignored signals are inherited as they are", async () => {
    const workspace = await openWorkspace(way);
    const state = await workspace.program("state");
    // With SIGCHLD ignored the kernel reaps children by itself, unless the tracer sees to it.
    const ignore = '$SIG{$_} = "IGNORE" for qw(HUP INT USR1 PIPE CHLD);';
    const block = "use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR2));";
    const wrapper = ["perl", "-e", `${ignore} ${block} exec @ARGV`];
    const native = await workspace.native([state], { wrapper });
    expect(native.stdout).toMatch(/SigIgn:\t0000000000011203/);
    expect(native.stdout).toMatch(/SigBlk:\t0000000000004800/);
    const traced = await workspace.trace([], [state], { wrapper });
    expect(traced.stdout).toBe(native.stdout);
  });

  test("the exit status passes through and limits hold, whatever signals whoever started it ignores or blocks", async () => {
    const workspace = await openWorkspace(way);
    const ignore = '$SIG{$_} = "IGNORE" for qw(ALRM CHLD TERM);';
    const block = "use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGALRM, SIGCHLD, SIGTERM));";
    const wrapper = ["perl", "-e", `${ignore} ${block} exec @ARGV`];
    for (const options of [[], ["--sandbox", "--keep", workspace.directory]]) {
      const { exitCode, report } = await workspace.trace(options, ["/bin/sh", "-c", "exit 7"], { wrapper });
      expect([exitCode, report.end.exitCode]).toEqual([7, 7]);
    }
    const endless = ["perl", "-e", "$SIG{ALRM} = 'DEFAULT'; sleep 20"];
    const limited = await workspace.trace(["--time-limit", "0.2", "--grace", "0.1"], endless, { wrapper });
    expect([limited.exitCode, limited.report.end.reason]).toEqual([124, "time-limit"]);
    expect(limited.seconds).toBeLessThan(15);
  });

  // A user of a large directory service is in hundreds of groups, which /proc/PID/status lists before most else.
  test.skipIf(!needsRoot(way) || way === "root-namespace")("a user in a thousand groups", async () => {
    const workspace = await openWorkspace(way);
    const program = await workspace.program("own-filter");
    const groups = Array.from({ length: 1000 }, (_, index) => `${100_000 + index}`).join(",");
    const wrapper = ["setpriv", "--groups", groups];
    const options = ["--consider", program, "--discover", "counts"];
    const command = [program, "errno", program, "none"];
    const { stdout, report } = await workspace.trace(options, command, { wrapper });
    expect(stdout).toBe((await workspace.native(command, { wrapper })).stdout);
    expect(report.executable(program).peakResidentKiB).toBeGreaterThan(0);
    // Once as it installs its filter, once as the second program finds it there.
    expect(report.warnings.map(({ kind }) => kind)).toEqual(["own-filter", "own-filter"]);
  });

  test("an argument list close to the kernel's limit arrives whole", async () => {
    const workspace = await openWorkspace(way);
    const sum = await workspace.program("arguments-sum");
    const words = Array.from({ length: 12_000 }, (_, index) => `${index}`.padEnd(100, "x\u00e9"));
    const { stdout } = await workspace.native([sum, ...words]);
    const traced = await workspace.trace(["--consider", sum, "--discover", "counts"], [sum, ...words]);
    expect(stdout).toMatch(/^12000 /);
    expect(traced.stdout).toBe(stdout);
  });

  test("empty arguments, and arguments that look like options", async () => {
    const workspace = await openWorkspace(way);
    const sum = await workspace.program("arguments-sum");
    const { stdout } = await workspace.trace(["--consider", sum], [sum, "", "--help", "--", "", "--output=x"]);
    expect(stdout).toBe((await workspace.native([sum, "", "--help", "--", "", "--output=x"])).stdout);
  });

  test("input, output and errors pass through", async () => {
    const workspace = await openWorkspace(way);
    const input = "line\n".repeat(20_000);
    const command = ["perl", "-pe", "print STDERR"];
    const { stdout, stderr } = await workspace.trace(["--consider-all", "--discover", "numbers"], command, { input });
    expect(stdout).toBe(input);
    expect(stderr).toBe(input);
  });

  test("a program on a terminal has it, with its own foreground group", async () => {
    const workspace = await openWorkspace(way);
    // script(1) gives a pseudo-terminal; reading from it in the background would stop the reader with SIGTTIN.
    const inner = "tty -s && read -r line && echo got-$line && stty size >/dev/null && echo terminal-ok";
    const output = workspace.path("terminal.jsonl");
    const line = `${workspace.tracer} --output ${output} -- /bin/bash -ic '${inner}'`;
    const { stdout } = await workspace.native(["script", "-qec", line, "/dev/null"], { input: "word\n" });
    expect(stdout).toContain("got-word");
    expect(stdout).toContain("terminal-ok");
  });
});
