// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const LOCK_FILE = "lock";

/** A process's identity: process ids are used again, but not with the same start time (proc_pid_stat(5), field 22). */
async function identifyProcess(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const started = stat
    ?.slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .at(19);
  return started === undefined ? undefined : `${pid} ${started}`;
}

/** Whether the directory is ours alone now. A lock that a killed process has left is taken over. */
export async function lockDirectory(directory: string): Promise<boolean> {
  const file = join(directory, LOCK_FILE);
  const own = (await identifyProcess(process.pid)) ?? String(process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, own, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    }
    const holder = await readFile(file, "utf8").catch(() => "");
    if (holder !== "" && holder === (await identifyProcess(Number.parseInt(holder, 10)))) {
      return false;
    }
    await rm(file, { force: true });
  }
  return false;
}

/** Lets others use the directory. */
export async function unlockDirectory(directory: string): Promise<void> {
  await rm(join(directory, LOCK_FILE), { force: true });
}
