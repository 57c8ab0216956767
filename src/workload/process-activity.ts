// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from "node:fs";

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

// Processes come and go while /proc is read: one that has vanished tells nothing and is passed over. The kernel answers at once, for a
// fraction of what it would cost to wait for the answer.
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function readStat(path: string): Stat | undefined {
  const stat = readIfThere(path);
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

function listThreads(pid: number): readonly string[] {
  const directory = `/proc/${pid}/task`;
  try {
    return readdirSync(directory).map((thread) => `${directory}/${thread}`);
  } catch {
    return [];
  }
}

/** The children of a thread; the kernel gives them where it can checkpoint processes, as Debian's does (proc_tid_children(5)). */
function listChildren(thread: string): readonly number[] {
  return readIfThere(`${thread}/children`).trim().split(" ").filter(Boolean).map(Number);
}

/**
 * Reads what all that tracers have started is doing; they have orphans given to them. The tracers themselves, which look around
 * in regular intervals, do not count, nor does what has the same name: one that has made a sandbox follows the run from inside.
 */
export function readActivity(tracers: readonly number[]): ProcessActivity {
  const processes = new Map<string, SeenProcess>();
  let busy = false;
  const visit = (pid: number, tracerName: string | undefined): void => {
    const stat = readStat(`/proc/${pid}/stat`);
    if (stat === undefined) {
      return;
    }
    const threads = listThreads(pid);
    if (tracerName !== undefined && stat.name !== tracerName) {
      processes.set(`${pid} ${stat.started}`, { name: stat.name, cpuSeconds: stat.cpuSeconds });
      busy ||= threads.some((thread) => BUSY.has(readStat(`${thread}/stat`)?.state ?? ""));
    }
    for (const child of threads.flatMap(listChildren)) {
      visit(child, tracerName ?? stat.name);
    }
  };
  for (const pid of tracers) {
    visit(pid, undefined);
  }
  return { busy, processes };
}
