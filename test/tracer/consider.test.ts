// SPDX-License-Identifier: GPL-3.0-or-later
// How --consider finds its executables: by exact path, glob, the path given to exec, and scripts by their own path.
import { chmod, mkdir, symlink } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { describeWays } from "./ways.js";
import { openWorkspace, type Workspace } from "./workspace.js";

const STUB = ["--rule", "stub:getppid"];
const INTERPOSED = /getppid=-38/;
const REAL = /getppid=real/;

describeWays(["root", "user", "root-namespace"], (way) => {
  async function open(): Promise<{ workspace: Workspace; program: string }> {
    const workspace = await openWorkspace(way);
    return { workspace, program: await workspace.program("interposed", "bin/program") };
  }

  describe("an executable", () => {
    test.each([
      ["its path", "bin/program", true],
      ["a glob over the name", "bin/prog*", true],
      ["a glob whose star matches slashes", "*/program", true],
      ["a question mark", "bin/progra?", true],
      ["a bracket expression", "bin/[a-p]rogram", true],
      ["a prefix of its path only", "bin/prog", false],
      ["the end of its path only", "program", false],
      ["a bracket expression that excludes it", "bin/[!p]rogram", false],
      ["its path in other letters", "bin/Program", false],
    ])("by %s", async (_, pattern, considered) => {
      const { workspace, program } = await open();
      const options = ["--consider", workspace.path(pattern), ...STUB];
      const { stdout, report } = await workspace.trace(options, [program]);
      expect(stdout).toMatch(considered ? INTERPOSED : REAL);
      expect(report.executable(program).considered).toBe(considered);
    });

    test.each([
      ["a relative path", "exec ./bin/program"],
      ["a relative path from another directory", "cd bin && exec ./program"],
      ["a path with dots", "exec ./bin/../bin//./program"],
      ["a look-up in PATH", "PATH=$PWD/bin exec program"],
      ["a look-up in a relative PATH", "PATH=bin exec program"],
    ])("started by %s", async (_, script) => {
      const { workspace, program } = await open();
      const { stdout, report } = await workspace.trace(["--consider", program, ...STUB], ["/bin/sh", "-c", script]);
      expect(stdout).toMatch(INTERPOSED);
      expect(report.considered).toEqual([program]);
    });

    test("through a symbolic link: by the link's path and by what it points to", async () => {
      const { workspace, program } = await open();
      await symlink("bin/program", workspace.path("link"));
      await symlink("bin", workspace.path("linked-bin"));
      for (const pattern of ["link", "linked-bin/program", "bin/program"]) {
        const started = pattern === "bin/program" ? "link" : pattern;
        const options = ["--consider", workspace.path(pattern), ...STUB];
        const { stdout, report } = await workspace.trace(options, [workspace.path(started)]);
        expect(stdout, pattern).toMatch(INTERPOSED);
        expect(report.considered).toEqual([program]);
      }
    });

    test("deleted and built again under the same path", async () => {
      const { workspace, program } = await open();
      const script = `bin/program 1; cp bin/program new; rm bin/program; mv new bin/program; bin/program 2; cp bin/program other; other=1; ./other 3`;
      const { stdout, report } = await workspace.trace(["--consider", program, ...STUB], ["/bin/sh", "-c", script]);
      expect(stdout.split("\n").map((line) => line.slice(0, 15))).toEqual([
        "1 getppid=-38 w",
        "2 getppid=-38 w",
        "3 getppid=real ",
        "",
      ]);
      expect(report.executable(program).execs).toBe(2);
    });

    test.each(["proc", "descriptor"])("deleted while it runs, and executed once more by %s", async (how) => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("deleted");
      const { stdout, report } = await workspace.trace(["--consider", program, ...STUB], [program, how]);
      expect(stdout.split("\n").map((line) => line.slice(0, 17))).toEqual([
        "first getppid=-38",
        "again getppid=-38",
        "",
      ]);
      expect(report.considered).toEqual([program]);
      expect(report.executable(program).execs).toBe(2);
    });

    test("with a name that JSON and shells find hard", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("interposed", 'a "b"\\c\n\t d [x] \u00e9');
      const pattern = program.replaceAll("[", "\\[").replaceAll("]", "\\]").replace("\\c", "\\\\c");
      // By its exact path, which wins over its meaning as a glob, and by an escaped glob.
      for (const consider of [program, pattern]) {
        const { stdout, report } = await workspace.trace(["--consider", consider, ...STUB], [program]);
        expect(stdout).toMatch(INTERPOSED);
        expect(report.considered).toEqual([program]);
      }
    });

    test("with a name that is not UTF-8", async () => {
      const { workspace, program } = await open();
      const odd = "bin/odd$(printf '\\377')name";
      const script = `cp ${program} "${odd}" && "${odd}" child`;
      const { report } = await workspace.trace(["--consider-all", ...STUB], ["/bin/sh", "-c", script]);
      expect(report.considered).toContain(workspace.path("bin/odd\udcffname"));
    });
  });

  describe("a script", () => {
    async function openScript(): Promise<{ workspace: Workspace; script: string; program: string }> {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("interpreter", "bin/interpreter");
      const script = await workspace.file("bin/script", `#!${program} by-script\n`, 0o755);
      return { workspace, script, program };
    }

    test.each([
      ["its path", "exec bin/script"],
      ["a relative path from another directory", "cd bin; exec ./script"],
      ["a look-up in PATH", "PATH=$PWD/bin exec script"],
      ["a symbolic link", "ln -s script bin/link; exec bin/link"],
    ])("started by %s", async (_, command) => {
      const { workspace, script, program } = await openScript();
      const { report } = await workspace.trace(
        ["--consider", script, "--discover", "counts"],
        ["/bin/sh", "-c", command],
      );
      const considered = report.executables.filter((line) => line.considered);
      expect(considered).toMatchObject([{ path: program, execs: 1 }]);
      expect(report.callNames(considered[0]?.script ?? "")).toContain("getppid");
    });

    test("is interposed while its interpreter, run otherwise, is not", async () => {
      const { workspace, script, program } = await openScript();
      const command = `bin/script; ${program} by-itself`;
      const { stdout, report } = await workspace.trace(["--consider", script, ...STUB], ["/bin/sh", "-c", command]);
      expect(stdout).toMatch(/^by-script getppid=-38 /);
      expect(stdout).toMatch(/\nby-itself getppid=real /);
      expect(report.executable(script)).toMatchObject({ path: program, script, considered: true });
      expect(report.executable(program).considered).toBe(false);
    });

    test("run by its interpreter's name is not the script's executable", async () => {
      const workspace = await openWorkspace(way);
      const script = await workspace.file("script.sh", "#!/bin/sh\necho $PPID\n", 0o755);
      const { report } = await workspace.trace(["--consider", script], ["/bin/sh", script]);
      expect(report.considered).toEqual([]);
    });

    test("whose interpreter is a script itself", async () => {
      const workspace = await openWorkspace(way);
      const interpreter = await workspace.file("interpreter", "#!/bin/sh\nexit 4\n", 0o755);
      const script = await workspace.file("script", `#!${interpreter}\n`, 0o755);
      const options = ["--consider", script, "--discover", "counts"];
      const { exitCode, report } = await workspace.trace(options, [script]);
      expect(exitCode).toBe(4);
      expect(report.executable(script)).toMatchObject({ considered: true, exits: { "4": 1 } });
    });

    test("of perl and python, considered with the calls of their interpreter", async () => {
      const workspace = await openWorkspace(way);
      const perl = await workspace.file("script.pl", "#!/usr/bin/perl\nprint getppid();\n", 0o755);
      const python = await workspace.file("script.py", "#!/usr/bin/python3\nimport os\nprint(os.getppid())\n", 0o755);
      for (const script of [perl, python]) {
        const { stdout, report } = await workspace.trace(
          ["--consider", workspace.path("script.*"), "--discover", "counts", "--rule", "fake=4242:getppid"],
          [script],
        );
        expect(stdout.trim()).toBe("4242");
        expect(report.call(script, "getppid")).toMatchObject({ calls: 1, interposed: 1 });
      }
    });
  });

  describe("a text without #!, which the kernel refuses (ENOEXEC) and a shell runs", () => {
    const FAKE = ["--rule", "fake=4242:getppid"];
    const TEXT = "echo in=$PPID\n/bin/true\necho end\n";

    async function openText(): Promise<{ workspace: Workspace; text: string }> {
      const workspace = await openWorkspace(way);
      return { workspace, text: await workspace.file("bin/text", TEXT, 0o755) };
    }

    test.each([
      ["dash", ["/bin/dash", "-c", "bin/text; echo out=$PPID"], "/usr/bin/dash"],
      ["dash, in another directory", ["/bin/dash", "-c", "cd bin; ./text; echo out=$PPID"], "/usr/bin/dash"],
      ["bash, which goes on in the same process", ["/bin/bash", "-c", "bin/text; echo out=$PPID"], "/usr/bin/bash"],
      ["bash by exec", ["/bin/bash", "-c", "echo out=$PPID; exec bin/text"], "/usr/bin/bash"],
      ["perl, by execvp", ["/usr/bin/perl", "-e", 'print "out=1\n"; exec "bin/text", "word"'], "/usr/bin/dash"],
    ])("started by %s", async (_, command, shell) => {
      for (const mode of ["none", "numbers", "counts", "step"]) {
        const { workspace, text } = await openText();
        const options = ["--consider", text, "--discover", mode, ...FAKE];
        const { stdout, exitCode, report } = await workspace.trace(options, command);
        expect(stdout).toMatch(/^in=4242\nend$/m);
        expect(stdout).toMatch(/^out=(?!4242)\d+$/m);
        expect(exitCode).toBe(0);
        expect(report.errors).toEqual([]);
        expect(report.executable(text)).toMatchObject({ path: shell, execs: 1, considered: true, exits: { "0": 1 } });
        if (mode !== "none") expect(report.callNames(text)).toEqual(expect.arrayContaining(["getppid", "exit_group"]));
      }
    });

    test("started by glibc: execvp runs it, as the tracer itself does with its command; posix_spawnp does not", async () => {
      const { workspace, text } = await openText();
      const spawn = await workspace.program("spawn");
      const options = ["--consider", text, ...FAKE];
      for (const command of [[text], [spawn, "execvp", text]]) {
        const { stdout, report } = await workspace.trace(options, command);
        expect(stdout).toContain("in=4242\nend\n");
        expect(report.considered).toEqual(["/usr/bin/dash"]);
      }
      const { stdout, report } = await workspace.trace(options, [spawn, "posix_spawnp", text]);
      expect(stdout).toContain("posix_spawnp: Exec format error");
      expect(report.considered).toEqual([]);
    });

    test("is not every text that a shell is given, and not what has #! or may not be executed", async () => {
      const workspace = await openWorkspace(way);
      const hashbang = await workspace.file("hashbang", "#!/bin/sh\necho in=$PPID\n", 0o755);
      const plain = await workspace.file("plain", "echo in=$PPID\n", 0o644);
      const other = await workspace.file("other", "echo in=$PPID\n", 0o755);
      const options = ["--consider", hashbang, "--consider", plain, ...FAKE];
      for (const word of [hashbang, plain, other]) {
        const { stdout, report } = await workspace.trace(options, ["/bin/sh", word]);
        expect(stdout).toMatch(/^in=(?!4242)\d+\n$/);
        expect(report.considered).toEqual([]);
      }
    });

    test("run by a considered program in a chain keeps rules apart", async () => {
      const { workspace, text } = await openText();
      const first = await workspace.program("interposed", "first");
      const options = ["--consider", text, "--consider", first, "--discover", "counts", ...FAKE];
      const chain = [first, "1", "/bin/bash", "-c", "echo out=$PPID; bin/text; bin/text & wait"];
      const { stdout, report } = await workspace.trace(options, chain);
      expect(stdout).toMatch(/^1 getppid=4242 .*\nout=(?!4242)\d+\nin=4242\nend\nin=4242\nend\n$/);
      expect(report.executable(text)).toMatchObject({ execs: 2, exits: { "0": 2 } });
      expect(report.errors).toEqual([]);
    });
  });

  test("an executable in a directory that its user may not list", async () => {
    const { workspace, program } = await open();
    await chmod(workspace.path("bin"), 0o711);
    const { stdout } = await workspace.trace(["--consider", program, ...STUB], [program]);
    expect(stdout).toMatch(INTERPOSED);
  });

  test("a directory removed under the running program", async () => {
    const { workspace, program } = await open();
    await mkdir(workspace.path("gone"));
    await chmod(workspace.path("gone"), 0o777);
    const script = `cd gone && rmdir ../gone && exec ${program}`;
    const { stdout } = await workspace.trace(["--consider", program, ...STUB], ["/bin/sh", "-c", script]);
    expect(stdout).toMatch(INTERPOSED);
  });
});
