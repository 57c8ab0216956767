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
