// SPDX-License-Identifier: GPL-3.0-or-later
// Wrong usage, and environments in which the tracer cannot work: one sentence, the right status, no process started.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { REFUSE, runsAsRoot } from "./privileges.js";
import { Report } from "./report.js";
import { describeWays } from "./ways.js";
import { openWorkspace } from "./workspace.js";

describeWays(["root", "user"], (way) => {
  describe("wrong options", () => {
    test.each([
      [["--no-such-option"], "--no-such-option"],
      [["--rule", "stub:no_such_call"], "no_such_call"],
      [["--rule", "stub"], "stub"],
      [["--rule", "sub:getppid"], "sub"],
      [["--rule", "stub:"], "stub:"],
      [["--rule", "fake=x:write"], "fake=x"],
      [["--rule", "errno=:write"], "errno="],
      [["--rule", "errno=0:write"], "errno=0"],
      [["--rule", "errno=4096:write"], "errno=4096"],
      [["--rule", "errno=-1:write"], "errno=-1"],
      [["--rule", "stub:ioctl,arg6=1"], "arg6"],
      [["--rule", "stub:ioctl,arg1"], "arg1"],
      [["--rule", "stub:ioctl,arg1=x"], "arg1=x"],
      [["--rule", "stub:ioctl,arg1&=1"], "arg1&"],
      [["--rule", "stub:ioctl,arg1=0x1ffffffff"], "0x1ffffffff"],
      [["--rule", "stub:ioctl arg1=1"], "ioctl arg1=1"],
      [["--rule", "stub:path="], "path="],
      [["--rule", "stub:path=relative"], "relative"],
      [["--discover", "everything"], "everything"],
      [["--record-argument", "ioctl"], "ioctl"],
      [["--record-argument", "ioctl:6"], "ioctl:6"],
      [["--record-argument", "ioctl:1+2+3"], "ioctl:1+2+3"],
      [["--record-argument", "no_such_call:1"], "no_such_call"],
      [["--record-argument", "ioctl:1"], "--record-argument"],
      [["--record-paths", "--discover", "ebpf"], "--record-paths"],
      [["--rule", "stub:getppid", "--discover", "ebpf"], "ebpf"],
      [["--end-on-exit", "256"], "256"],
      [["--end-on-exit", "1,"], "1,"],
      [["--time-limit", "-1"], "-1"],
      [["--time-limit", "soon"], "soon"],
      [["--grace", "1s"], "1s"],
      [["--linger", ""], "--linger"],
      [["--consider", "relative/path"], "relative/path"],
      [["--consider", ""], "--consider"],
      [["--rule"], "--rule"],
    ])("%j", async (words, named) => {
      const workspace = await openWorkspace(way);
      const witness = workspace.path("witness");
      const command = words.at(-1) === "--rule" ? [] : ["--", "/usr/bin/touch", witness];
      const outcome = await workspace.runTracer(["--output", workspace.path("report"), ...words, ...command]);
      expect(outcome.exitCode).toBe(125);
      expect(outcome.stderr).toContain(named);
      expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
      expect(outcome.stdout).toBe("");
      expect(existsSync(witness)).toBe(false);
    });

    test("no command, no output", async () => {
      const workspace = await openWorkspace(way);
      for (const words of [["--output", workspace.path("report")], ["--output", workspace.path("report"), "--"], []]) {
        const { exitCode, stderr } = await workspace.runTracer(words);
        expect(exitCode).toBe(125);
        expect(stderr.trim()).not.toBe("");
      }
      const { exitCode, stderr } = await workspace.runTracer(["--", "/bin/true"]);
      expect(exitCode).toBe(125);
      expect(stderr).toContain("--output");
    });
  });

  test("--help and --version say what they are asked", async () => {
    const workspace = await openWorkspace(way);
    const help = await workspace.runTracer(["--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const option of ["--consider", "--discover", "--rule", "--time-limit", "--probe"])
      expect(help.stdout).toContain(option);
    const version = await workspace.runTracer(["--version"]);
    expect(version).toMatchObject({ exitCode: 0, stderr: "" });
    expect(version.stdout).toMatch(/\d+\.\d+\.\d+/);
  });

  test("--probe writes what the machine allows", async () => {
    const workspace = await openWorkspace(way);
    const output = workspace.path("probe.jsonl");
    const { exitCode } = await workspace.runTracer(["--output", output, "--probe"]);
    expect(exitCode).toBe(0);
    const { lines, tracer } = await Report.read(output);
    expect(lines).toHaveLength(1);
    expect(tracer).toMatchObject({ protocol: 1, architecture: "x86_64" });
    if (way === "user") expect(tracer).toMatchObject({ suspend: false, bpf: false });
  });

  describe("the report", () => {
    test("cannot be created: nothing is run", async () => {
      const workspace = await openWorkspace(way);
      await mkdir(workspace.path("directory"));
      const witness = workspace.path("witness");
      for (const output of [workspace.path("missing/report"), workspace.path("directory"), ""]) {
        const { exitCode, stderr } = await workspace.runTracer(["--output", output, "--", "/usr/bin/touch", witness]);
        expect(exitCode).toBe(125);
        expect(stderr).toContain(output === "" ? "report" : output);
        expect(existsSync(witness)).toBe(false);
      }
    });

    test.skipIf(way === "root" || !runsAsRoot)("belongs to somebody else", async () => {
      const workspace = await openWorkspace(way);
      const output = "/etc/hostname";
      const { exitCode, stderr } = await workspace.runTracer(["--output", output, "--", "/bin/true"]);
      expect(exitCode).toBe(125);
      expect(stderr).toMatch(/\/etc\/hostname.*Permission denied/);
    });

    test("replaces an older one", async () => {
      const workspace = await openWorkspace(way);
      const output = await workspace.file("old.jsonl", "old\n".repeat(10_000));
      await workspace.runTracer(["--output", output, "--", "/bin/true"]);
      expect((await Report.read(output)).end.exitCode).toBe(0);
    });

    test.skipIf(way !== "root")("on a full disk: the tracer fails and says so", async () => {
      const workspace = await openWorkspace(way);
      await mkdir(workspace.path("disk"));
      const output = workspace.path("disk/report");
      // One page for the report; the calls of a few programs need more.
      const script = `mount -t tmpfs -o size=4k none ${workspace.path("disk")} && ${workspace.tracer} --output ${output} --consider-all --discover counts -- /bin/sh -c "ls / >/dev/null; sort /dev/null; tar --version >/dev/null"; echo status $?`;
      const { stdout, stderr } = await workspace.native(["unshare", "--mount", "/bin/sh", "-c", script]);
      expect(stdout).toContain("status 125");
      expect(stderr).toMatch(/No space left on device/);
      expect(stderr).toContain(output);
    });

    test("grows beyond the limit of file sizes: the tracer fails and says so", async () => {
      const workspace = await openWorkspace(way);
      const output = workspace.path("report");
      const words = ["--output", output, "--consider-all", "--discover", "counts", "--", "/bin/true"];
      const { exitCode, stderr } = await workspace.runTracer(words, { wrapper: ["prlimit", "--fsize=1000"] });
      expect(exitCode).toBe(125);
      expect(stderr).toContain(`cannot write the report ${output}: File too large`);
    });

    test("goes to /dev/full: the tracer fails and says so", async () => {
      const workspace = await openWorkspace(way);
      const { exitCode, stderr } = await workspace.runTracer(["--output", "/dev/full", "--", "/bin/true"]);
      expect(exitCode).toBe(125);
      expect(stderr).toMatch(/\/dev\/full.*No space left on device/);
    });
  });

  test("where ptrace is refused, the end says environment and names the reason", async () => {
    const workspace = await openWorkspace(way);
    const wrapper = [REFUSE, "ptrace"];
    const witness = workspace.path("witness");
    // The leak check of a sanitizer build uses ptrace itself.
    const environment = { ASAN_OPTIONS: "detect_leaks=0" };
    const { exitCode, stderr, report } = await workspace.trace([], ["/usr/bin/touch", witness], {
      wrapper,
      environment,
    });
    expect(exitCode).toBe(125);
    expect(report.end).toMatchObject({ reason: "environment", exitCode: null });
    expect(report.end.message).toMatch(/ptrace/);
    expect(stderr).toMatch(/ptrace/);
    expect(existsSync(witness)).toBe(false);
  });

  test("where the tracer is traced itself, as under strace", async () => {
    const workspace = await openWorkspace(way);
    const end = await workspace.program("end");
    const wrapper = ["strace", "-o", "/dev/null"];
    // A leak checker traces its own process, which has a tracer already.
    const environment = { ASAN_OPTIONS: "detect_leaks=0" };
    const { exitCode, report } = await workspace.trace(["--consider", end, "--discover", "counts"], [end, "3"], {
      wrapper,
      environment,
    });
    expect(exitCode).toBe(3);
    expect(report.call(end, "exit_group").calls).toBe(1);
  });

  test("--discover ebpf is root's: others are told so before anything runs", async () => {
    const workspace = await openWorkspace(way);
    const witness = workspace.path("witness");
    const command = ["/usr/bin/touch", witness];
    const { exitCode, stderr, report } = await workspace.trace(["--discover", "ebpf", "--consider-all"], command);
    if (way === "root" && report.tracer.bpf) {
      expect(exitCode).toBe(0);
      return;
    }
    expect(exitCode).toBe(125);
    expect(stderr).toMatch(/bpf/i);
    expect(report.end.reason).toBe("environment");
    expect(existsSync(witness)).toBe(false);
  });
});
