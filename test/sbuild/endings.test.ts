// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, describe, expect, it } from "vitest";
import { UnmodifiedPackage } from "./unmodified-package.js";

const LOUPE = fileURLToPath(new URL("../../bin/loupe", import.meta.url));

const made: UnmodifiedPackage[] = [];

afterEach(async () => {
  for (const unmodified of made.splice(0)) {
    await unmodified.remove();
  }
});

async function make(files: Readonly<Record<string, string>> = {}): Promise<UnmodifiedPackage> {
  const unmodified = await UnmodifiedPackage.make("greet", files);
  made.push(unmodified);
  return unmodified;
}

/** A suite that says that it runs, and then does not end; its processes are in sessions of their own. */
const ENDLESS = "#!/bin/sh\n./greet\nsetsid sleep 86397 &\necho suite runs\nwait\n";

describe("a build that does not come to its end", () => {
  it("fails where dh-loupe cannot be installed, and says how to give it", async () => {
    const greet = await make();
    const { exitCode, stdout, stderr } = await greet.start([]);
    expect(stderr).toMatch(/build dependencies, dh-sequence-loupe among them, cannot be installed.*--extra-package/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(await greet.listRemains()).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    "fails for a user who has no range of ids for namespaces, and says how to get one",
    async () => {
      const greet = await make();
      const asNobody = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", LOUPE];
      const { exitCode, stderr } = await execa("setpriv", [...asNobody, "build", "--output-dir", "/tmp", greet.dsc], {
        reject: false,
      });
      expect(stderr).toMatch(/\/etc\/subuid has no range of ids for nobody.*usermod --add-subuids 100000-165535/);
      expect(exitCode).toBe(3);
    },
  );

  it("fails where the package does not build, with its last words", async () => {
    const greet = await make({ Makefile: "all:\n\t@echo this is broken; exit 1\n" });
    const { exitCode, stdout, stderr } = await greet.start();
    expect(stderr).toMatch(
      /the package does not build; its last words:\n[\s\S]*this is broken[\s\S]*the log: .*\.build/,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(await greet.listRemains()).toEqual([]);
  });

  it.each([
    ["Ctrl-C", "SIGINT", 130],
    ["SIGTERM", "SIGTERM", 143],
  ] as const)("leaves nothing after %s", async (_, signal, status) => {
    const greet = await make({ "check.sh": ENDLESS });
    const build = greet.start();
    while (!(await greet.readLog()).includes("suite runs")) {
      await sleep(200);
    }
    build.kill(signal);
    const { exitCode, stderr } = await build;
    expect(stderr).toMatch(/the build was interrupted; nothing of it is left but its log/);
    expect(exitCode).toBe(status);
    expect(await greet.listRemains()).toEqual([]);
    expect((await execa("pgrep", ["--full", "^sleep 86397"], { reject: false })).stdout).toBe("");
  });

  it("is ended by the time limit, and leaves nothing", async () => {
    const greet = await make({ "check.sh": ENDLESS });
    const { exitCode, stderr } = await greet.start(["--time-limit", "3"]);
    expect(stderr).toMatch(/not finished after 3 s \(--time-limit\)/);
    expect(exitCode).toBe(4);
    expect(await greet.listRemains()).toEqual([]);
  });
});
