// SPDX-License-Identifier: GPL-3.0-or-later
// --join: a command in the sandbox of another run, as the script that drives a server needs it.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Report } from "./report.js";
import { describeWays } from "./ways.js";
import { openWorkspace, type Settings, type Traced, type Workspace } from "./workspace.js";

interface OpenSandbox {
  /** The first process of the sandbox, and the one that waits for it outside. */
  readonly pid: number;
  readonly outer: number;
  readonly join: readonly string[];
  readonly run: Promise<Traced>;
}

async function readStatus(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${field}:\t(\\d+)$`, "m").exec(status)?.[1] ?? 0);
}

/** The program that a sandbox is kept open with says by its name that the sandbox is complete. */
async function findKeeper(workspace: Workspace): Promise<number | undefined> {
  return (await workspace.findProcesses()).find(({ command }) => command === "sleep 1001 ")?.pid;
}

interface SandboxSetup {
  readonly options?: readonly string[];
  /** What is run in the sandbox before it is used, and when its keeper has been ended. */
  readonly before?: string;
  readonly after?: string;
  readonly settings?: Settings;
}

/** Runs a sandbox while it is used, and ends it. */
async function withSandbox<Result>(
  workspace: Workspace,
  { options = [], before = ":", after = ":", settings }: SandboxSetup,
  use: (sandbox: OpenSandbox) => Promise<Result>,
): Promise<Result> {
  const run = workspace.trace(
    ["--sandbox", "--overlay", workspace.directory, ...options],
    ["sh", "-c", `${before}; sleep 1001; ${after}`],
    settings,
  );
  await expect.poll(() => findKeeper(workspace), { timeout: 20_000 }).toBeDefined();
  const pid = await readStatus((await findKeeper(workspace)) ?? 0, "TracerPid");
  const outer = await readStatus(pid, "PPid");
  try {
    return await use({ pid, outer, join: ["--join", String(pid)], run });
  } finally {
    if (existsSync(`/proc/${outer}`)) process.kill(outer, "SIGTERM");
    await run;
  }
}

/** Ends the program that keeps a sandbox open, so that the sandbox's command goes on. */
async function endKeeper(workspace: Workspace): Promise<void> {
  process.kill((await findKeeper(workspace)) ?? 0, "SIGTERM");
}

describeWays(["root", "user"], (way) => {
  test("a port that was opened in the sandbox is reached from the joined command only", async () => {
    const workspace = await openWorkspace(way);
    const listen = `perl -MIO::Socket::INET -e '
      $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:8083") or die; open F, ">", "/tmp/open";
      while ($c = $s->accept) { print $c "hello\\n"; close $c }' & while ! test -e /tmp/open; do sleep 0.05; done`;
    const connect = 'print IO::Socket::INET->new("127.0.0.1:8083") ? "connected\\n" : "refused\\n"';
    const command = ["perl", "-MIO::Socket::INET", "-e", connect];
    await withSandbox(workspace, { before: listen }, async ({ join }) => {
      expect((await workspace.trace(join, command)).stdout).toBe("connected\n");
      expect((await workspace.trace([], command)).stdout).toBe("refused\n");
    });
  });

  test("files, processes, user and directory are those of the sandbox", async () => {
    const workspace = await openWorkspace(way);
    const name = `/tmp/loupe-join-test-${process.pid}`;
    const before = `echo inside > ${name}; echo changed > tree; echo $$ > /tmp/pid`;
    const script = `cat ${name} tree; tr '\\0' ' ' < /proc/$(cat /tmp/pid)/cmdline | head -c 6; kill -0 $(cat /tmp/pid) && echo " is there"
      id -u; pwd; echo more > ${name}.2`;
    await withSandbox(workspace, { before }, async ({ join }) => {
      const { stdout } = await workspace.trace(join, ["sh", "-c", script]);
      const { stdout: user } = await workspace.native(["id", "-u"]);
      expect(stdout).toBe(`inside\nchanged\nsh -c  is there\n${user}${workspace.directory}\n`);
      expect((await workspace.trace(join, ["cat", `${name}.2`])).stdout).toBe("more\n");
      expect(existsSync(`${name}.2`)).toBe(false);
    });
  });

  test("the way of ending passes through", async () => {
    const workspace = await openWorkspace(way);
    await withSandbox(workspace, {}, async ({ join }) => {
      const failed = await workspace.trace(join, ["sh", "-c", "exit 3"]);
      expect(failed).toMatchObject({ exitCode: 3 });
      expect(failed.report.end).toMatchObject({ reason: "exited", exitCode: 3 });
      const killed = await workspace.trace(join, ["sh", "-c", "kill -USR1 $$"]);
      expect(killed).toMatchObject({ exitCode: 138 });
      expect(killed.report.end).toMatchObject({ reason: "signaled", signal: 10 });
      expect((await workspace.trace(join, ["/no/such/program"])).exitCode).toBe(127);
      expect((await workspace.trace([...join, "--time-limit", "0.2"], ["sleep", "1000"])).exitCode).toBe(124);
    });
  });

  test("interposition and recording work in it", async () => {
    const workspace = await openWorkspace(way);
    const interposed = await workspace.program("interposed");
    await withSandbox(workspace, {}, async ({ join }) => {
      const options = [...join, "--consider", interposed];
      const stubbed = await workspace.trace([...options, "--rule", "stub:getppid"], [interposed]);
      expect(stubbed.stdout).toContain("getppid=-38");
      const { report } = await workspace.trace([...options, "--discover", "counts"], [interposed]);
      expect(report.calls(interposed).map(({ name }) => name)).toContain("getppid");
    });
  });

  test("what a joined command leaves behind is ended with it, and the sandbox stays", async () => {
    const workspace = await openWorkspace(way);
    await withSandbox(workspace, {}, async ({ join }) => {
      const script = "setsid sleep 1000 & (trap '' TERM; sleep 1000) & exit 0";
      const { report } = await workspace.trace([...join, "--linger", "0", "--grace", "0.2"], ["sh", "-c", script]);
      expect(report.end.leftOver).toBeGreaterThan(0);
      expect((await workspace.findProcesses()).filter(({ command }) => command.includes("sleep 1000"))).toEqual([]);
      expect((await workspace.trace(join, ["true"])).exitCode).toBe(0);
    });
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends it and leaves a report", async (signal) => {
    const workspace = await openWorkspace(way);
    await withSandbox(workspace, {}, async ({ join }) => {
      const { report } = await workspace.trace(
        [...join, "--grace", "0.2"],
        ["sh", "-c", "trap '' TERM; setsid sleep 1000 & echo ready; sleep 1000; sleep 1000"],
        { interrupt: { after: "ready", signal } },
      );
      expect(report.end.reason).toBe("terminated");
    });
  });

  test("kill -9 of the tracer leaves nothing of it, and the sandbox stays", async () => {
    const workspace = await openWorkspace(way);
    await withSandbox(workspace, {}, async ({ join }) => {
      const { signal } = await workspace.trace(join, ["sh", "-c", "setsid sleep 1000 & echo ready; sleep 1000"], {
        interrupt: { after: "ready", signal: "SIGKILL" },
        expectReport: false,
      });
      expect(signal).toBe("SIGKILL");
      const left = async (): Promise<string[]> =>
        (await workspace.findProcesses()).map(({ command }) => command).filter((words) => /--join|1000/.test(words));
      await expect.poll(left).toEqual([]);
      expect((await workspace.trace(join, ["true"])).exitCode).toBe(0);
    });
  });

  describe("when the sandbox ends", () => {
    async function endWhileJoined(setup: SandboxSetup, end: (workspace: Workspace, outer: number) => unknown) {
      const workspace = await openWorkspace(way);
      const script = "setsid sleep 1000 & touch /tmp/joined; sleep 2; echo finished";
      const outcome = await withSandbox(workspace, setup, async ({ join, outer, run }) => {
        const joined = workspace.runTracer(["--output", workspace.path("joined"), ...join, "--", "sh", "-c", script]);
        await expect.poll(async () => (await workspace.trace(join, ["test", "-e", "/tmp/joined"])).exitCode).toBe(0);
        await end(workspace, outer);
        return { joined: await joined, sandbox: await run };
      });
      expect(await workspace.findProcesses()).toEqual([]);
      return { ...outcome, report: await Report.read(workspace.path("joined")) };
    }

    test.each(["SIGTERM", "SIGKILL"] as const)("by %s, the joined command and its tracer do, too", async (signal) => {
      const settings = { expectReport: false };
      const { joined, report } = await endWhileJoined({ settings }, (_, outer) => process.kill(outer, signal));
      expect(joined).toMatchObject({ exitCode: 137, stdout: "" });
      expect(report.lines.filter(({ type }) => type === "end")).toEqual([]);
    });

    test("because its command has succeeded, the joined command may finish if it is held", async () => {
      const { joined, sandbox, report } = await endWhileJoined({ options: ["--hold", "20"] }, endKeeper);
      expect(sandbox.exitCode).toBe(0);
      expect(joined).toMatchObject({ exitCode: 0, stdout: "finished\n" });
      expect(report.end).toMatchObject({ reason: "exited", exitCode: 0 });
    });

    test.each<[string, SandboxSetup]>([
      ["it is not held", {}],
      ["its command has failed", { options: ["--hold", "20"], after: "exit 4" }],
      ["the time for which it is held is over", { options: ["--hold", "0.3"] }],
    ])("it does so at once when %s", async (_, setup) => {
      const { joined, sandbox } = await endWhileJoined(setup, endKeeper);
      expect(sandbox.exitCode).toBe(setup.after === undefined ? 0 : 4);
      expect(joined).toMatchObject({ exitCode: 137, stdout: "" });
    });
  });

  describe("refusals", () => {
    async function refuse(workspace: Workspace, options: readonly string[], settings: Settings = {}): Promise<string> {
      const witness = workspace.path("witness");
      const { exitCode, stderr, report } = await workspace.trace(options, ["touch", witness], settings);
      expect(exitCode).toBe(125);
      expect(report.end).toMatchObject({ reason: "environment", exitCode: null });
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(existsSync(witness)).toBe(false);
      return stderr;
    }

    test("a process that is not there", async () => {
      const workspace = await openWorkspace(way);
      // The largest number that pid_max allows is one less.
      expect(await refuse(workspace, ["--join", "4194304"])).toContain("4194304: there is no such process");
    });

    test("a process that is in no sandbox", async () => {
      const workspace = await openWorkspace(way);
      const words = 'exec "$0" --output report --join $$ -- touch witness';
      const { exitCode, stderr } = await workspace.native(["sh", "-c", words, workspace.tracer]);
      expect(exitCode).toBe(125);
      expect(stderr).toContain("it is in no sandbox");
      expect((await Report.read(workspace.path("report"))).end.reason).toBe("environment");
      expect(existsSync(workspace.path("witness"))).toBe(false);
    });

    test("the process that waits outside of a sandbox", async () => {
      const workspace = await openWorkspace(way);
      await withSandbox(workspace, {}, async ({ outer }) => {
        expect(await refuse(workspace, ["--join", String(outer)])).toContain("it is in no sandbox");
      });
    });

    test.skipIf(way === "root")("somebody else's process", async () => {
      const workspace = await openWorkspace(way);
      expect(await refuse(workspace, ["--join", "1"])).toContain("its sandbox is not ours");
    });

    test("a working directory that is not visible", async () => {
      const [workspace, elsewhere] = [await openWorkspace(way), await openWorkspace(way)];
      const wrapper = ["env", `--chdir=${elsewhere.directory}`];
      await withSandbox(workspace, {}, async ({ join }) => {
        expect(await refuse(workspace, join, { wrapper })).toContain(`${elsewhere.directory}, the working directory`);
      });
    });

    test.each([
      [["--join", "0"], "'0'"],
      [["--join", "-1"], "'-1'"],
      [["--join", "1x"], "'1x'"],
      [["--join", ""], "''"],
      [["--join", "4294967297"], "4294967297"],
      [["--join", "1", "--sandbox"], "--sandbox"],
      [["--join", "1", "--keep", "/tmp/x"], "--sandbox"],
      [["--hold", "1"], "--sandbox"],
      [["--sandbox", "--hold", "long"], "long"],
    ])("%j", async (options, named) => {
      const workspace = await openWorkspace(way);
      const { exitCode, stderr } = await workspace.runTracer(["--output", "r", ...options, "--", "true"]);
      expect(exitCode).toBe(125);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr).toContain(named);
      expect(existsSync(workspace.path("r"))).toBe(false);
    });
  });

  test.skipIf(way !== "root")("a sandbox that was made below chroot is seen from there", async () => {
    const workspace = await openWorkspace(way);
    const root = workspace.path("root");
    const change = `mkdir ${root} && mount --rbind / ${root} && mount -t tmpfs none ${root}/mnt && echo there > ${root}/mnt/mark &&
      exec chroot ${root} env --chdir="$PWD" "$@"`;
    const settings = { wrapper: ["unshare", "--mount", "sh", "-c", change, "sh"] };
    await withSandbox(workspace, { settings }, async ({ join }) => {
      expect((await workspace.trace(join, ["cat", "/mnt/mark"])).stdout).toBe("there\n");
    });
  });
});
