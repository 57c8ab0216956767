// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of rule makes a call return, and that the call itself then does not happen.
import { describe, expect, test } from "vitest";
import { WAYS } from "./privileges.js";
import { describeWays } from "./ways.js";
import { openWorkspace } from "./workspace.js";

/** What tracer/test/fakes.c says of a call that had no effect. */
const without = (call: string, result: number) => `${call}=${result} file=0 socket=0 closed=0 offset=0\n`;

describeWays(WAYS, (way) => {
  async function runFakes(call: string, rule: string): Promise<string> {
    const workspace = await openWorkspace(way);
    const fakes = await workspace.program("fakes");
    const { stdout, report } = await workspace.trace(["--consider", fakes, "--rule", rule], [fakes, call]);
    expect(report.errors).toEqual([]);
    return stdout;
  }

  describe("fake returns what success returns", () => {
    test.each([
      ["write", 5],
      ["pwrite64", 5],
      ["writev", 12],
      ["pwritev", 12],
      ["pwritev2", 12],
      ["sendto", 5],
      ["sendmsg", 12],
      ["close", 0],
      ["ftruncate", 0],
    ])("%s: %i", async (call, result) => {
      expect(await runFakes(call, `fake:${call}`)).toBe(without(call, result));
    });

    test("lseek: the offset asked for", async () => {
      // Its effect is read back with lseek, so both lines of the result are faked.
      const workspace = await openWorkspace(way);
      const fakes = await workspace.program("fakes");
      const options = ["--consider", fakes, "--rule", "fake:lseek,arg1=77"];
      const { stdout } = await workspace.trace(options, [fakes, "lseek"]);
      expect(stdout).toBe(without("lseek", 77));
    });

    test("the effects are there without a rule", async () => {
      const workspace = await openWorkspace(way);
      const fakes = await workspace.program("fakes");
      const outcomes = [];
      for (const call of ["write", "writev", "sendmsg", "close", "lseek"])
        outcomes.push((await workspace.trace(["--consider", fakes], [fakes, call])).stdout);
      expect(outcomes).toEqual([
        "write=5 file=5 socket=0 closed=0 offset=5\n",
        "writev=12 file=12 socket=0 closed=0 offset=12\n",
        "sendmsg=12 file=0 socket=12 closed=0 offset=0\n",
        "close=0 file=0 socket=0 closed=1 offset=0\n",
        "lseek=77 file=0 socket=0 closed=0 offset=77\n",
      ]);
    });
  });

  describe("a value or an error of one's own", () => {
    test.each([
      ["fake=0:write", "write", 0],
      ["fake=3:write", "write", 3],
      ["fake=4242:getppid", "getppid", 4242],
      ["fake=0x10000:getppid", "getppid", 65536],
      ["fake=1099511627776:getppid", "getppid", 1099511627776],
      ["stub:getppid", "getppid", -38],
      ["stub:write", "write", -38],
      ["errno=13:getppid", "getppid", -13],
      ["errno=0xd:write", "write", -13],
      ["errno=4095:getppid", "getppid", -4095],
      ["stub:110", "getppid", -38],
      ["stub:0x6e", "getppid", -38],
    ])("%s: %s returns %i", async (rule, call, result) => {
      expect(await runFakes(call, rule)).toBe(without(call, result));
    });
  });

  describe("arguments", () => {
    async function run(...rules: string[]): Promise<string> {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("argument-rules");
      const options = ["--consider", program, ...rules.flatMap((rule) => ["--rule", rule])];
      const { stdout, report } = await workspace.trace(options, [program]);
      expect(report.errors).toEqual([]);
      return stdout;
    }

    test("one value of one argument", async () => {
      expect(await run("stub:fcntl,arg1=1", "errno=13:socket,arg0=2")).toBe(
        "fcntl: getfd=-38 getfl=positive setfd=0\n" +
          "socket: stream=positive stream-cloexec=positive datagram=positive inet-stream=-13\n",
      );
    });

    test("a mask looks at its bits only", async () => {
      expect(await run("stub:socket,arg1&0xf=1", "errno=7:socket,arg1&0x80000=0")).toBe(
        "fcntl: getfd=1 getfl=positive setfd=0\n" +
          "socket: stream=-38 stream-cloexec=-38 datagram=-7 inet-stream=-38\n",
      );
    });

    test("all conditions of a rule must hold", async () => {
      expect(await run("stub:socket,arg0=1,arg1=1,arg2=0", "stub:socket,arg0=2,arg1=2")).toBe(
        "fcntl: getfd=1 getfl=positive setfd=0\n" +
          "socket: stream=-38 stream-cloexec=positive datagram=positive inet-stream=positive\n",
      );
    });

    test("the first rule that matches wins, whatever its action", async () => {
      expect(await run("errno=9:fcntl,arg1=1", "fake=1000:fcntl,arg1=3", "errno=5:fcntl,arg1=3", "stub:fcntl")).toBe(
        "fcntl: getfd=-9 getfl=positive setfd=-38\n" +
          "socket: stream=positive stream-cloexec=positive datagram=positive inet-stream=positive\n",
      );
    });

    test("compare the low 32 bits: garbage above does not escape a rule", async () => {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("upper-bits");
      const { stdout } = await workspace.trace(["--consider", program, "--rule", "stub:fcntl,arg1=1"], [program]);
      expect(stdout).toBe("getfd=-38 getfl=2\n");
    });
  });

  describe("paths", () => {
    const NAMES = [
      "absolute",
      "by-pid",
      "dots",
      "symlink",
      "page-end",
      "across-pages",
      "dirfd",
      "relative",
      "other",
      "missing",
      "ordinary",
      "stat",
      "access",
      "null",
    ];
    const STATUS_NAMES = NAMES.slice(0, 8);

    /** What tracer/test/paths.c says for every name of /proc/self/status, and for the rest. */
    async function run(...rules: string[]): Promise<Record<string, string>> {
      const workspace = await openWorkspace(way);
      const program = await workspace.program("paths");
      const options = ["--consider", program, ...rules.flatMap((rule) => ["--rule", rule])];
      const { stdout, exitCode, report } = await workspace.trace(options, [program, workspace.directory]);
      expect(exitCode).toBe(0);
      expect(report.errors).toEqual([]);
      return Object.fromEntries(
        stdout
          .trim()
          .split("\n")
          .map((line) => line.split("=", 2)),
      );
    }

    const untouched = { other: "read", missing: "-2", ordinary: "read", access: "0", null: "-14" };
    const everyStatus = (value: string) => Object.fromEntries(STATUS_NAMES.map((name) => [name, value]));

    test("without a rule all names lead to the file", async () => {
      expect(await run()).toEqual({ ...everyStatus("read"), ...untouched, stat: "0" });
    });

    test("a stubbed path is not there, under any of its names", async () => {
      expect(await run("stub:path=/proc/self/status")).toEqual({ ...everyStatus("-2"), ...untouched, stat: "-2" });
    });

    test("a faked path opens as /dev/null, under any of its names", async () => {
      expect(await run("fake:path=/proc/self/status")).toEqual({ ...everyStatus("empty"), ...untouched, stat: "0" });
    });

    test("an error of one's own", async () => {
      expect(await run("errno=13:path=/proc/self/status")).toEqual({
        ...everyStatus("-13"),
        ...untouched,
        stat: "-13",
      });
    });

    test("a path rule beside a call rule, and a path that nobody opens", async () => {
      const outcome = await run("stub:path=/sys/kernel", "stub:path=/proc/self/nothing", "stub:newfstatat,arg3=0");
      expect(outcome).toMatchObject({ ...everyStatus("read"), access: "-2", stat: "-38", other: "read" });
    });
  });
});
