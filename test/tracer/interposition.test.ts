// SPDX-License-Identifier: GPL-3.0-or-later
// Interposition reaches considered programs, all of them and nothing else, however processes come to be.
import { describe, expect, test } from "vitest";
import { WAYS } from "./privileges.js";
import { describeWays } from "./ways.js";
import { isBuilt, openWorkspace } from "./workspace.js";

const RULES = ["--rule", "stub:getppid", "--rule", "fake:write"];

/** What tracer/test/say.h prints where the calls are real, and where they are stubbed and faked. */
const real = (label: string) => `${label} getppid=real write=5 arrived=5\n`;
const interposed = (label: string) => `${label} getppid=-38 write=5 arrived=0\n`;

const SPAWNING = ["fork", "vfork", "clone", "clone3", "posix_spawn", "child-thread", "untraced", "untraced3"] as const;
const LIBRARIES = ["", "-static", "-musl"] as const;

describeWays(WAYS, (way) => {
  for (const library of LIBRARIES) {
    const name = library === "" ? "dynamic" : library.slice(1);

    describe.skipIf(library === "-musl" && !isBuilt("interposed-musl"))(`${name} programs`, () => {
      test("exec from considered to ignored and back in one process", async () => {
        const workspace = await openWorkspace(way);
        const considered = await workspace.program(`interposed${library}`, "considered");
        const ignored = await workspace.program(`interposed${library}`, "ignored");
        const chain = [considered, "1", ignored, "2", considered, "3", considered, "4", ignored, "5", ignored, "6"];
        const { stdout, exitCode, report } = await workspace.trace(["--consider", considered, ...RULES], chain);
        expect(stdout).toBe(interposed("1") + real("2") + interposed("3") + interposed("4") + real("5") + real("6"));
        expect(exitCode).toBe(0);
        expect(report.errors).toEqual([]);
      });

      test("an ignored parent's own calls stay real around a considered child", async () => {
        const workspace = await openWorkspace(way);
        const considered = await workspace.program(`interposed${library}`, "considered");
        const parent = await workspace.program(`spawn${library}`);
        const command = [parent, "vfork", considered, "child", parent, "fork", considered, "grandchild"];
        const { stdout, report } = await workspace.trace(["--consider", considered, ...RULES], command);
        expect(stdout).toBe(
          real("before") +
            interposed("child") +
            real("before") +
            interposed("grandchild") +
            real("after") +
            real("after"),
        );
        expect(report.errors).toEqual([]);
      });

      for (const how of SPAWNING) {
        test(`a considered parent starts an ignored program by ${how}`, async () => {
          const workspace = await openWorkspace(way);
          const considered = await workspace.program(`spawn${library}`, "considered");
          const ignored = await workspace.program(`interposed${library}`, "ignored");
          const command = [considered, how, ignored, "child", considered, "vfork", ignored, "grandchild"];
          const { stdout, exitCode, report } = await workspace.trace(["--consider", considered, ...RULES], command);
          expect(stdout).toBe(
            interposed("before") +
              real("child") +
              interposed("before") +
              real("grandchild") +
              interposed("after") +
              interposed("after"),
          );
          expect(exitCode).toBe(0);
          expect(report.errors).toEqual([]);
        });
      }

      test("exec from a thread that is not the leader, considered to ignored and back", async () => {
        const workspace = await openWorkspace(way);
        const considered = await workspace.program(`spawn${library}`, "considered");
        const ignored = await workspace.program(`spawn${library}`, "ignored");
        const command = [considered, "thread", ignored, "thread", considered, "thread", ignored, "fork", considered];
        // The last one has too few arguments and says so by its status.
        const { stdout, exitCode, report } = await workspace.trace(["--consider", considered, ...RULES], command);
        expect(stdout).toBe(
          interposed("before") + real("before") + interposed("before") + real("before") + real("after"),
        );
        expect(exitCode).toBe(2);
        expect(report.errors).toEqual([]);
      });
    });
  }

  test("threads of a considered program, old and new, are all interposed", async () => {
    const workspace = await openWorkspace(way);
    const threads = await workspace.program("threads");
    const { stdout, report } = await workspace.trace(
      ["--consider", threads, "--rule", "stub:getppid", "--rule", "stub:getpgid", "--record-interposed"],
      [threads, "8", "50"],
    );
    expect(stdout).toBe("getppid=-38\n");
    expect(report.call(threads, "getpgid")).toMatchObject({ calls: 400, interposed: 400 });
  });

  test("several considered executables with rules, an ignored one between them", async () => {
    const workspace = await openWorkspace(way);
    const first = await workspace.program("interposed", "first");
    const second = await workspace.program("interposed-static", "second");
    const ignored = await workspace.program("interposed", "ignored");
    const chain = [first, "1", second, "2", ignored, "3", second, "4", ignored, "5", first, "6"];
    const { stdout } = await workspace.trace(["--consider", first, "--consider", second, ...RULES], chain);
    expect(stdout).toBe(interposed("1") + interposed("2") + real("3") + interposed("4") + real("5") + interposed("6"));
  });

  test("--consider-all interposes every program", async () => {
    const workspace = await openWorkspace(way);
    const program = await workspace.program("interposed");
    const { stdout } = await workspace.trace(
      ["--consider-all", "--rule", "stub:getppid"],
      ["/bin/sh", "-c", `${program} child; exec ${program} last`],
    );
    expect(stdout).toBe("child getppid=-38 write=5 arrived=5\nlast getppid=-38 write=5 arrived=5\n");
  });

  for (const mode of ["counts", "numbers", "step"] as const) {
    test(`rules and --discover ${mode} at the same time`, async () => {
      const workspace = await openWorkspace(way);
      const considered = await workspace.program("interposed", "considered");
      const ignored = await workspace.program("interposed", "ignored");
      const options = ["--consider", considered, "--discover", mode, ...RULES];
      const chain = [considered, "1", ignored, "2", considered, "3"];
      const { stdout, report } = await workspace.trace(options, chain);
      expect(stdout).toBe(interposed("1") + real("2") + interposed("3"));
      // An interposed call is one that the program uses, so it is on the list.
      expect(report.callNames(considered)).toEqual(expect.arrayContaining(["execve", "getppid", "write", "writev"]));
      expect(report.considered).toEqual([considered]);
    });
  }
});
