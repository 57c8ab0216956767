// SPDX-License-Identifier: GPL-3.0-or-later
// What the report says of considered executables: calls and their results, arguments, paths, exits, peaks, maps.
import { realpath } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { exactModesOf, MODES_WITH_RESULTS, modesOf } from "./modes.js";
import { WAYS } from "./privileges.js";
import { describeWays } from "./ways.js";
import { isBuilt, openWorkspace } from "./workspace.js";

/** What tracer/test/results.c does, by call: how often with which result. */
const RESULTS = {
  getpgid: { calls: 7, zero: 0, positive: 7, errors: {} },
  sched_yield: { calls: 5, zero: 5, positive: 0, errors: {} },
  rmdir: { calls: 4, zero: 0, positive: 0, errors: { "2": 4 } },
  dup2: { calls: 5, zero: 0, positive: 2, errors: { "9": 3 } },
  mkdir: { calls: 3, zero: 0, positive: 0, errors: { "2": 1, "14": 1, "17": 1 } },
};

describeWays(WAYS, (way) => {
  describe.each(modesOf(way))("--discover %s", (mode) => {
    const discover = ["--discover", mode];
    const hasResults = MODES_WITH_RESULTS.includes(mode);
    const isExact = exactModesOf(way).includes(mode);

    test("calls, and results where the mode sees them", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("results");
      const { report, exitCode } = await workspace.trace([...discover, "--consider", program], [program]);
      expect(exitCode).toBe(0);
      expect(report.errors).toEqual([]);
      for (const [name, { calls, zero, positive, errors }] of Object.entries(RESULTS)) {
        const line = report.call(program, name);
        expect(line).toMatchObject({ name, abi: "x86_64" });
        if (isExact) expect(line.calls).toBe(calls);
        else expect(line.calls).toBeGreaterThanOrEqual(1);
        if (!hasResults) expect(line.errors ?? {}).toEqual({});
        else expect(line).toMatchObject({ zero, positive, errors });
        if (hasResults) expect(Object.keys(line.errors ?? {})).toHaveLength(Object.keys(errors).length);
      }
      // The call that ends it has no result; the one that started it was its caller's.
      expect(report.callNames(program)).toContain("exit_group");
      expect(report.callNames(program)).not.toContain("execve");
    });

    test("calls of several runs add up, and ignored programs have none", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("results");
      const ignored = await workspace.program("tiny");
      const script = `${program}; ${ignored}; ${program}; ${ignored}; ${program}`;
      const { report } = await workspace.trace([...discover, "--consider", program], ["/bin/sh", "-c", script]);
      expect(report.considered).toEqual([program]);
      expect(new Set(report.allCalls.map((line) => line.executable))).toEqual(new Set([report.executable(program).id]));
      expect(report.executable(program)).toMatchObject({ execs: 3, processes: 3, exits: { "0": 3 } });
      expect(report.executable(ignored)).toMatchObject({ execs: 2, considered: false });
      if (isExact) expect(report.call(program, "getpgid").calls).toBe(21);
    });

    test("a second run of the same executable with other calls", async () => {
      const workspace = await openWorkspace(way);
      const fakes = await workspace.program("fakes");
      const script = `${fakes} write; ${fakes} getppid; ${fakes} ftruncate`;
      const { report } = await workspace.trace([...discover, "--consider", fakes], ["/bin/sh", "-c", script]);
      expect(report.callNames(fakes)).toEqual(expect.arrayContaining(["write", "getppid", "ftruncate"]));
      if (isExact) expect(report.call(fakes, "getppid").calls).toBe(1);
    });

    test("a call that a forked child alone makes, and threads' calls", async () => {
      const workspace = await openWorkspace(way);
      const forks = await workspace.program("forks");
      const threads = await workspace.program("threads");
      const options = [...discover, "--consider", forks, "--consider", threads];
      const script = `${forks} 20 fork; ${forks} 20 vfork; ${threads} 12 30`;
      const { report } = await workspace.trace(options, ["/bin/sh", "-c", script]);
      expect(report.errors).toEqual([]);
      expect(report.executable(forks)).toMatchObject({ execs: 2, processes: 42 });
      expect(report.callNames(forks)).toContain("getsid");
      expect(report.callNames(threads)).toContain("getpgid");
      if (!isExact) return;
      expect(report.call(forks, "getsid").calls).toBe(80);
      expect(report.call(threads, "getpgid").calls).toBe(360);
    });

    test("the exec that leaves an executable counts for it", async () => {
      const workspace = await openWorkspace(way);
      const first = await workspace.program("interposed", "first");
      const second = await workspace.program("interposed", "second");
      const options = [...discover, "--consider", first, "--consider", second];
      const { report } = await workspace.trace(options, [first, "1", second, "2"]);
      expect(report.callNames(first)).toContain("execve");
      expect(report.callNames(first)).not.toContain("exit_group");
      expect(report.callNames(second)).not.toContain("execve");
      expect(report.callNames(second)).toContain("exit_group");
      if (isExact) expect(report.call(first, "execve").calls).toBe(1);
    });

    test("numbers that no kernel has are recorded by number", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("unknown-call");
      const { stdout, report } = await workspace.trace([...discover, "--consider", program], [program]);
      expect(stdout).toBe("-38 -38\n");
      // The tracepoint's table ends at 1023: what is beyond is told, as number -1.
      for (const number of mode === "ebpf" ? [999, -1] : [999, 100000]) {
        const line = report.call(program, number);
        expect(line).toMatchObject({ nr: number, ...(isExact ? { calls: 1 } : {}) });
        expect(line.name).toBeUndefined();
        if (hasResults) expect(line.errors).toEqual({ "38": 1 });
      }
    });

    test("static programs", async () => {
      const workspace = await openWorkspace(way);
      const programs = [await workspace.program("tiny-static")];
      if (isBuilt("tiny-musl")) programs.push(await workspace.program("tiny-musl"));
      for (const program of programs) {
        const { report } = await workspace.trace([...discover, "--consider", program], [program]);
        expect(report.callNames(program)).toEqual(expect.arrayContaining(["getpgid", "exit_group"]));
        if (isExact) expect(report.call(program, "getpgid").calls).toBe(3);
      }
    });

    test("interrupted and restarted calls, and calls in signal handlers", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("signals");
      const { stdout } = await workspace.native([program]);
      const { stdout: traced, report } = await workspace.trace([...discover, "--consider", program], [program]);
      expect(traced).toBe(stdout);
      expect(report.callNames(program)).toEqual(expect.arrayContaining(["rt_sigreturn", "getpgid", "setitimer"]));
      if (isExact) expect(report.call(program, "getpgid").calls).toBe(3);
    });
  });

  describe.each(["numbers", "counts", "step"])("--discover %s with other records", (mode) => {
    const discover = ["--discover", mode];

    test("values of one argument, of two, by their low 32 bits", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("arguments");
      const options = ["--record-argument", "ioctl:1", "--record-argument", "mmap:2+3", ...discover];
      const { report } = await workspace.trace([...options, "--consider", program], [program]);
      const lines = report.arguments(program);
      const ioctls = lines.filter((line) => line.nr === 16);
      expect(new Map(ioctls.map((line) => [line.values[0], line.calls]))).toEqual(
        new Map([
          [0x5421, 4],
          [0x541b, 2],
          [0xc0045878, 1],
        ]),
      );
      for (const line of ioctls) expect(line).toMatchObject({ abi: "x86_64", arguments: [1] });
      const mapped = lines.filter((line) => line.nr === 9 && line.arguments.join() === "2,3");
      const calls = (values: number[]) => mapped.find((line) => line.values.join() === values.join())?.calls;
      // PROT_EXEC alone is nothing that the dynamic loader asks for.
      expect(calls([4, 0x21])).toBe(2);
      expect(calls([4, 0x22])).toBe(1);
    });

    test("a pipe is no directory that a path could start at", async () => {
      const workspace = await openWorkspace(way);
      // The standard input of wc is a pipe; glibc asks newfstatat(2) for it with an empty path.
      const options = ["--record-paths", ...discover, "--consider", "/usr/bin/wc"];
      const { exitCode } = await workspace.trace(options, ["/bin/sh", "-c", "echo one | wc | cat >/dev/null"]);
      expect(exitCode).toBe(0);
    });

    test("paths under /proc, /sys and /dev, whatever they are called by", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("paths");
      const options = ["--record-paths", ...discover, "--consider", program];
      const { exitCode, report } = await workspace.trace(options, [program, workspace.directory]);
      expect(exitCode).toBe(0);
      const lines = report.paths(program);
      const sum = (path: string, nr: number) =>
        lines.filter((line) => line.path === path && line.nr === nr).reduce((total, line) => total + line.calls, 0);
      expect(sum("/proc/self/status", 257)).toBe(8);
      expect(sum("/proc/self/status", 262)).toBe(1);
      expect(sum("/proc/self/limits", 257)).toBe(1);
      expect(sum("/proc/self/loupe", 257)).toBe(1);
      expect(sum("/sys/kernel", 21)).toBe(1);
      for (const line of lines) expect(line.path).toMatch(/^\/(proc|sys|dev)(\/|$)/);
      const missing = lines.find((line) => line.path === "/proc/self/loupe");
      if (mode !== "numbers") expect(missing?.errors).toEqual({ "2": 1 });
    });
  });

  test("exit statuses and signals of considered programs", async () => {
    const workspace = await openWorkspace(way);
    const end = await workspace.program("end");
    const script = `${end} 0; ${end} 3; ${end} 3; ${end} 255; ${end} signal 15; ${end} signal 9; exit 0`;
    const { report } = await workspace.trace(["--consider", end], ["/bin/sh", "-c", script]);
    expect(report.executable(end)).toMatchObject({
      execs: 6,
      processes: 6,
      exits: { "0": 1, "3": 2, "255": 1 },
      signals: { "9": 1, "15": 1 },
    });
    expect(report.deaths.map((death) => [death.path, death.signal])).toEqual([
      [end, 15],
      [end, 9],
    ]);
    expect(report.deaths.every((death) => death.lastInterposed === undefined)).toBe(true);
  });

  test("an ignored program's death is no death line", async () => {
    const workspace = await openWorkspace(way);
    const end = await workspace.program("end");
    const ignored = await workspace.program("end", "ignored");
    const { report } = await workspace.trace(["--consider", end], ["/bin/sh", "-c", `${ignored} signal 6; ${end} 0`]);
    expect(report.deaths).toEqual([]);
  });

  describe("the last interposed call before a death", () => {
    test.each([
      ["with --record-interposed", ["--record-interposed", "--rule", "stub:getppid", "--rule", "errno=1:getpgid"]],
      // A positive value can only be given by the tracer, so this call stops there anyway.
      ["where a rule needs the tracer", ["--rule", "fake=77:getppid"]],
    ])("%s", async (_, rules) => {
      for (const threaded of [[], ["thread"]]) {
        const workspace = await openWorkspace(way);
        const die = await workspace.program("die");
        const { exitCode, report } = await workspace.trace([...rules, "--consider", die], [die, "11", ...threaded]);
        expect(exitCode).toBe(139);
        expect(report.deaths).toHaveLength(1);
        expect(report.deaths[0]).toMatchObject({
          path: die,
          signal: 11,
          executable: report.executable(die).id,
          lastInterposed: { abi: "x86_64", nr: 110, rule: 0 },
        });
        const before = report.deaths[0]?.lastInterposed?.secondsBefore ?? -1;
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThan(5);
        expect(report.end).toMatchObject({ reason: "signaled", exitCode: null, signal: 11 });
      }
    });

    test("is the last of several, and names its rule", async () => {
      const workspace = await openWorkspace(way);
      const die = await workspace.program("die");
      const rules = [
        "--record-interposed",
        "--rule",
        "stub:getppid",
        "--rule",
        "stub:getuid",
        "--rule",
        "errno=1:getsid",
      ];
      const { report } = await workspace.trace([...rules, "--consider", die], [die, "6"]);
      expect(report.deaths[0]?.lastInterposed).toMatchObject({ nr: 124, rule: 2 });
    });
  });

  test("a rule is told of when it was used, how often and since when", async () => {
    const workspace = await openWorkspace(way);
    const die = await workspace.program("die");
    const rules = ["--record-interposed", "--rule", "stub:getsid", "--rule", "stub:socket", "--rule", "stub:getppid"];
    const script = `${die} 11; sleep 0.5; true`;
    const { report } = await workspace.trace([...rules, "--consider", die], ["/bin/sh", "-c", script]);
    expect(report.rules.map(({ rule }) => rule)).toEqual([0, 2]);
    const [last, first] = report.rules;
    expect(first?.interposed).toBe(report.call(die, "getppid").interposed);
    expect(first?.first).toBeGreaterThanOrEqual(0);
    expect(last?.first).toBeGreaterThanOrEqual(first?.first ?? Number.POSITIVE_INFINITY);
    expect(last?.first).toBeLessThan(report.end.seconds - 0.4);
  });

  test("--record-interposed counts every interposed call", async () => {
    const workspace = await openWorkspace(way);
    const results = await workspace.program("results");
    const rules = ["--rule", "stub:getpgid", "--rule", "fake:sched_yield", "--rule", "errno=5:dup2,arg0=0"];
    const options = ["--record-interposed", "--discover", "counts", "--consider", results, ...rules];
    const { report } = await workspace.trace(options, [results]);
    expect(report.call(results, "getpgid")).toMatchObject({ calls: 7, interposed: 7 });
    expect(report.call(results, "sched_yield")).toMatchObject({ calls: 5, interposed: 5 });
    expect(report.call(results, "dup2")).toMatchObject({ calls: 5, interposed: 2 });
    expect(report.call(results, "rmdir").interposed ?? 0).toBe(0);
  });

  test("peak resident size, also of memory that was given back", async () => {
    const workspace = await openWorkspace(way);
    const memory = await workspace.program("memory");
    const { report } = await workspace.trace(["--consider", memory], [memory, "50"]);
    const { peakResidentKiB } = report.executable(memory);
    expect(peakResidentKiB).toBeGreaterThanOrEqual(50 * 1024);
    expect(peakResidentKiB).toBeLessThan(60 * 1024);
  });

  test("peak number of open descriptors", async () => {
    const workspace = await openWorkspace(way);
    const descriptors = await workspace.program("descriptors");
    const { report } = await workspace.trace(["--consider", descriptors], [descriptors, "200"]);
    const { peakDescriptors } = report.executable(descriptors);
    expect(peakDescriptors).toBeGreaterThanOrEqual(203);
    expect(peakDescriptors).toBeLessThan(210);
  });

  test("--record-maps names the files that a process had mapped", async () => {
    const workspace = await openWorkspace(way);
    const tiny = await workspace.program("tiny");
    const ignored = await workspace.program("end");
    const libc = await realpath("/lib/x86_64-linux-gnu/libc.so.6");
    const command = ["/bin/sh", "-c", `${tiny}; ${ignored} 0`];
    const one = await workspace.trace(["--record-maps", "--consider", tiny], command);
    expect(one.report.executable(tiny).maps).toEqual(expect.arrayContaining([libc, tiny]));
    expect(one.report.executable(ignored).maps ?? []).toEqual([]);
    const all = await workspace.trace(["--record-maps", "--consider-all"], command);
    expect(all.report.executable(ignored).maps).toEqual(expect.arrayContaining([libc, ignored]));
    expect(all.report.executable(await realpath("/bin/sh")).maps).toContain(libc);
  });

  test("without --discover nothing is recorded", async () => {
    const workspace = await openWorkspace(way);
    const results = await workspace.program("results");
    const { report } = await workspace.trace(["--consider", results], [results]);
    expect(report.allCalls).toEqual([]);
    expect(report.executable(results)).toMatchObject({ execs: 1, exits: { "0": 1 } });
  });

  test.skipIf(!isBuilt("compat"))("a 32-bit program is recorded under its own ABI", async ({ skip }) => {
    const workspace = await openWorkspace(way);
    const compat = await workspace.program("compat");
    const native = await workspace.native(["/bin/sh", "-c", compat]);
    if (native.exitCode !== 7) skip("this kernel does not run 32-bit programs");
    for (const mode of modesOf(way)) {
      const { exitCode, report } = await workspace.trace(["--discover", mode, "--consider", compat], [compat]);
      expect(exitCode).toBe(7);
      expect(report.calls(compat).every((line) => line.abi === "i386")).toBe(true);
      // exit and getpid; the tracer itself has the names of one ABI only.
      expect(report.calls(compat).map((line) => line.nr)).toEqual([1, 20]);
    }
  });
});
