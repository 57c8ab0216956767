// SPDX-License-Identifier: GPL-3.0-or-later
// --sandbox: a world of its own for one run, of which nothing is left.
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { describeWays } from "./ways.js";
import { openWorkspace, type Workspace } from "./workspace.js";

/** Everything happens in /tmp, which is emptied: the workspace comes back as an overlay. */
function sandboxOf(workspace: Workspace): string[] {
  return ["--sandbox", "--overlay", workspace.directory];
}

async function readMounts(): Promise<string> {
  return readFile("/proc/self/mountinfo", "utf8");
}

describeWays(["root", "user", "user-namespace"], (way) => {
  test("changes below an overlay are seen in the run and gone after it", async () => {
    const workspace = await openWorkspace(way);
    await workspace.file("kept", "before\n");
    const script = "echo after > kept; rm -f gone; mkdir d; echo x > d/new; cat kept; ls";
    await workspace.file("gone", "still here\n");
    const { exitCode, stdout } = await workspace.trace(sandboxOf(workspace), ["sh", "-c", script]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^after\n/);
    expect(stdout).not.toContain("gone");
    expect(await readFile(workspace.path("kept"), "utf8")).toBe("before\n");
    expect(existsSync(workspace.path("gone"))).toBe(true);
    expect(existsSync(workspace.path("d"))).toBe(false);
  });

  test("a path that holds commas and colons can be an overlay", async () => {
    const workspace = await openWorkspace(way);
    await workspace.file("a,b:c/file", "before\n");
    const tree = workspace.path("a,b:c");
    const options = [...sandboxOf(workspace), "--overlay", tree];
    const { exitCode } = await workspace.trace(options, ["sh", "-c", `echo after > '${tree}/file'`]);
    expect(exitCode).toBe(0);
    expect(await readFile(`${tree}/file`, "utf8")).toBe("before\n");
  });

  test("/tmp, /var/tmp and /dev/shm are empty, private and writable", async () => {
    const workspace = await openWorkspace(way);
    const name = `loupe-sandbox-test-${process.pid}`;
    const script = `ls -A /var/tmp /dev/shm; for d in /tmp /var/tmp /dev/shm; do echo x > $d/${name} || exit 1; done`;
    const { exitCode, stdout } = await workspace.trace(sandboxOf(workspace), ["sh", "-c", script]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe("/dev/shm:\n\n/var/tmp:\n");
    for (const directory of ["/tmp", "/var/tmp", "/dev/shm"]) expect(existsSync(`${directory}/${name}`)).toBe(false);
  });

  test("what is kept stays visible and writable", async () => {
    const workspace = await openWorkspace(way);
    await workspace.file("tree/data", "");
    await workspace.file("results/list", "");
    const results = workspace.path("results");
    const options = [...sandboxOf(workspace), "--keep", results];
    const { exitCode } = await workspace.trace(options, ["sh", "-c", `echo passed > '${results}/list'; echo lost > x`]);
    expect(exitCode).toBe(0);
    expect(await readFile(`${results}/list`, "utf8")).toBe("passed\n");
    expect(existsSync(workspace.path("x"))).toBe(false);
  });

  test("loopback is up and is all there is", async () => {
    const workspace = await openWorkspace(way);
    const script = `use IO::Socket::INET; $| = 1;
      $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:8080") or die "listen: $!";
      $client = IO::Socket::INET->new("127.0.0.1:8080") or die "connect: $!"; print "connected\\n";
      open $d, "<", "/proc/net/dev"; print grep { s/^\\s*(\\w+):.*/$1/ } <$d>;`;
    const { stdout, stderr } = await workspace.trace(sandboxOf(workspace), ["perl", "-e", script]);
    expect(stderr).toBe("");
    expect(stdout).toBe("connected\nlo\n");
  });

  test("two runs at once use the same port and the same file", async () => {
    const workspace = await openWorkspace(way);
    const script = `use IO::Socket::INET; IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:8081") or die;
      die if -e "/tmp/lock"; open F, ">", "/tmp/lock"; sleep 1; print "done\\n"`;
    const runs = await Promise.all(
      [1, 2].map(() => workspace.trace(sandboxOf(workspace), ["perl", "-MIO::Socket::INET", "-e", script])),
    );
    expect(runs.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, "done\n"],
      [0, "done\n"],
    ]);
  });

  test("the user stays the same", async () => {
    const workspace = await openWorkspace(way);
    const command = ["sh", "-c", "id -u; id -g; stat -c %u:%a ."];
    const native = await workspace.native(command);
    expect((await workspace.trace(sandboxOf(workspace), command)).stdout).toBe(native.stdout);
  });

  test("interposition and recording work in it", async () => {
    const workspace = await openWorkspace(way);
    const interposed = await workspace.program("interposed");
    const options = [...sandboxOf(workspace), "--consider", interposed, "--rule", "stub:getppid"];
    expect((await workspace.trace(options, [interposed])).stdout).toContain("getppid=-38");
    const { report } = await workspace.trace(
      [...sandboxOf(workspace), "--consider", interposed, "--discover", "counts"],
      [interposed],
    );
    expect(report.calls(interposed).map(({ name }) => name)).toContain("getppid");
  });

  test("mounts are as before, and no process is left, also of a daemon", async () => {
    const workspace = await openWorkspace(way);
    const before = await readMounts();
    const script = "setsid sleep 1000 & (trap '' TERM; sleep 1000) & exit 3";
    const { exitCode, report } = await workspace.trace(
      [...sandboxOf(workspace), "--linger", "0", "--grace", "0.2"],
      ["sh", "-c", script],
    );
    expect(exitCode).toBe(3);
    expect(report.end.leftOver).toBeGreaterThan(0);
    expect(await readMounts()).toBe(before);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends it and leaves a report", async (signal) => {
    const workspace = await openWorkspace(way);
    const { report } = await workspace.trace(
      [...sandboxOf(workspace), "--grace", "0.2"],
      ["sh", "-c", "trap '' TERM; setsid sleep 1000 & echo ready; sleep 1000; sleep 1000"],
      { interrupt: { after: "ready", signal } },
    );
    expect(report.end.reason).toBe("terminated");
  });

  test("kill -9 of the tracer leaves neither processes nor mounts", async () => {
    const workspace = await openWorkspace(way);
    const before = await readMounts();
    const { signal } = await workspace.trace(
      sandboxOf(workspace),
      ["sh", "-c", "setsid sleep 1000 & echo ready; sleep 1000"],
      { interrupt: { after: "ready", signal: "SIGKILL" }, expectReport: false },
    );
    expect(signal).toBe("SIGKILL");
    await expect.poll(() => workspace.findProcesses()).toEqual([]);
    expect(await readMounts()).toBe(before);
  });

  describe("limits", () => {
    const forkBomb = "f() { f | f & }; f; sleep 60";

    test("a fork bomb is ended", async () => {
      const workspace = await openWorkspace(way);
      const options = [...sandboxOf(workspace), "--process-limit", "60"];
      const { exitCode, report } = await workspace.trace(options, ["sh", "-c", forkBomb]);
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("process-limit");
    });

    test("a program that takes too much memory is ended", async () => {
      const workspace = await openWorkspace(way);
      const command = ["perl", "-e", '$x = "a" x 300_000_000; sleep 60'];
      const { exitCode, report } = await workspace.trace(["--memory-limit", "100000"], command);
      expect(exitCode).toBe(124);
      expect(report.end.reason).toBe("memory-limit");
    });

    test("core files are off", async () => {
      const workspace = await openWorkspace(way);
      const { stdout } = await workspace.trace(sandboxOf(workspace), ["sh", "-c", "ulimit -c"]);
      expect(stdout).toBe("0\n");
    });
  });

  describe("refusals", () => {
    test.each([
      ["an overlay that is not there", ["--sandbox", "--overlay", "/no/such/directory"], "/no/such/directory"],
      ["a working directory that is not visible", ["--sandbox"], "the working directory is not visible"],
    ])("%s", async (_, options, sentence) => {
      const workspace = await openWorkspace(way);
      const { exitCode, stderr, report } = await workspace.trace(options, ["true"]);
      expect(exitCode).toBe(125);
      expect(report.end.reason).toBe("environment");
      expect(stderr).toContain(sentence);
    });

    test.each([
      ["--overlay without --sandbox", ["--overlay", "/usr"]],
      ["a relative overlay", ["--sandbox", "--overlay", "usr"]],
      ["a limit of nothing", ["--process-limit", "0"]],
    ])("%s", async (_, options) => {
      const workspace = await openWorkspace(way);
      const { exitCode, stderr } = await workspace.runTracer(["--output", "r", ...options, "--", "true"]);
      expect(exitCode).toBe(125);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  });

  test("a signal that the workload sends to its process group is not meant for the tracer", async () => {
    const workspace = await openWorkspace(way);
    const script = "trap '' TERM; kill 0; sleep 0.3; echo still here";
    const { exitCode, stdout, report } = await workspace.trace(sandboxOf(workspace), ["sh", "-c", script]);
    expect(stdout).toBe("still here\n");
    expect(exitCode).toBe(0);
    expect(report.end.reason).toBe("exited");
  });

  test("the tree's root keeps owner and mode", async () => {
    const workspace = await openWorkspace(way);
    const before = await stat(workspace.directory);
    const { stdout } = await workspace.trace(sandboxOf(workspace), ["stat", "-c", "%u %a", workspace.directory]);
    const owner = way === "user-namespace" ? 0 : before.uid;
    expect(stdout).toBe(`${owner} ${(before.mode & 0o7777).toString(8)}\n`);
  });
});
