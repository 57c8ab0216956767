// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { expect, it } from "vitest";
import { ProcessTree } from "../../src/workload/process-tree.js";

async function countRunning(mark: string): Promise<number> {
  const { stdout } = await execa("pgrep", ["--full", "--count", `^sleep ${mark}`], { reject: false });
  return Number(stdout);
}

it("ends what a process has started, in sessions of their own, too, after the process itself is gone", async () => {
  const mark = `1${process.pid}.25`;
  const shell = execa("sh", ["-c", `setsid sh -c 'sleep ${mark} & wait' & sleep ${mark}`], {
    reject: false,
    stdio: "ignore",
  });
  while ((await countRunning(mark)) < 2) {
    await sleep(20);
  }
  const tree = new ProcessTree(shell.pid as number);
  await tree.remember();
  shell.kill("SIGKILL");
  await shell;
  expect(await countRunning(mark)).toBe(2);
  await tree.kill();
  while ((await countRunning(mark)) > 0) {
    await sleep(20);
  }
});
