// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { listDescendants } from "./processes.js";

/** A process id that may be used again, and the start time that tells whether it was (proc_pid_stat(5), field 22). */
interface KnownProcess {
  readonly pid: number;
  readonly started: string;
}

async function readStartTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat
    ?.slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .at(19);
}

/** Processes that are remembered while their parents live, so that they can be ended when these are gone. */
export class ProcessTree {
  readonly #known = new Map<number, KnownProcess>();

  constructor(readonly root: number) {}

  /** Adds the root and all that it has started by now. */
  async remember(): Promise<void> {
    for (const pid of [this.root, ...(await listDescendants(this.root))]) {
      const started = await readStartTime(pid);
      if (started !== undefined) {
        this.#known.set(pid, { pid, started });
      }
    }
  }

  /** Kills what still runs of it. Where that is the first process of a PID namespace, all processes in there end with it. */
  async kill(): Promise<void> {
    for (const { pid, started } of this.#known.values()) {
      if ((await readStartTime(pid)) === started) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has ended in the meantime.
        }
      }
    }
  }
}
