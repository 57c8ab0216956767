// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile } from "node:fs/promises";

/** A process that was met. */
export interface SeenProcess {
  /** What it runs: the first 15 bytes of the file's name, or what it calls itself (proc_pid_comm(5)). */
  readonly name: string;
  /** That of its ended threads included and that of its children not. */
  readonly cpuSeconds: number;
}

/** What the processes of a run are doing, and have done. */
export interface ProcessActivity {
  /** A thread runs, waits for a processor, for a disk, or for its tracer. */
  readonly busy: boolean;
  /** By `PID START-TIME`, because numbers are used again. */
  readonly processes: ReadonlyMap<string, SeenProcess>;
}

/** What the kernel says of a process or a thread (proc_pid_stat(5)). */
interface Stat {
  readonly name: string;
  readonly state: string;
  readonly cpuSeconds: number;
  readonly started: string;
}

/** States of threads that something can be expected of; the last one is a stop in the tracer. */
const BUSY = new Set(["R", "D", "t"]);

/** USER_HZ, in which /proc counts: 100 on every architecture that the tracer knows. */
const TICKS_PER_SECOND = 100;

// Processes come and go while /proc is read: one that has vanished tells nothing and is passed over.
async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function readStat(path: string): Promise<Stat | undefined> {
  const stat = await readIfThere(path);
  // The name, in parentheses, may hold anything; what follows it are the fields from the third one on.
  const [nameStart, nameEnd] = [stat.indexOf("(") + 1, stat.lastIndexOf(")")];
  const fields = stat.slice(nameEnd + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  return stat === "" || state === undefined || started === undefined
    ? undefined
    : {
        name: stat.slice(nameStart, nameEnd),
        state,
        started,
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      };
}

async function listThreads(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/task`;
  return (await readdir(directory).catch(() => [])).map((thread) => `${directory}/${thread}`);
}

/** The children of a thread; the kernel gives them where it can checkpoint processes, as Debian's does (proc_tid_children(5)). */
async function listChildren(thread: string): Promise<readonly number[]> {
  return (await readIfThere(`${thread}/children`)).trim().split(" ").filter(Boolean).map(Number);
}

/**
 * Reads what all that tracers have started is doing; they have orphans given to them. The tracers themselves, which look around
 * in regular intervals, do not count, nor does what has the same name: one that has made a sandbox follows the run from inside.
 */
export async function readActivity(tracers: readonly number[]): Promise<ProcessActivity> {
  const processes = new Map<string, SeenProcess>();
  let busy = false;
  const visit = async (pid: number, tracerName: string | undefined): Promise<void> => {
    const [stat, threads] = await Promise.all([readStat(`/proc/${pid}/stat`), listThreads(pid)]);
    if (stat === undefined) {
      return;
    }
    if (tracerName !== undefined && stat.name !== tracerName) {
      processes.set(`${pid} ${stat.started}`, { name: stat.name, cpuSeconds: stat.cpuSeconds });
      const states = await Promise.all(threads.map((thread) => readStat(`${thread}/stat`)));
      busy ||= states.some((thread) => thread !== undefined && BUSY.has(thread.state));
    }
    const children = await Promise.all(threads.map(listChildren));
    await Promise.all(children.flat().map((child) => visit(child, tracerName ?? stat.name)));
  };
  await Promise.all(tracers.map((pid) => visit(pid, undefined)));
  return { busy, processes };
}
