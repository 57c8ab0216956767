// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, readlink } from "node:fs/promises";

/** What the kernel says of a process in its status (proc_pid_status(5)). */
export interface ProcessStatus {
  readonly pid: number;
  /** Its number in the innermost of the PID namespaces that it is in: the one by which processes beside it know it. */
  readonly innerPid: number;
  readonly parent: number;
  /** 0 for none. */
  readonly tracer: number;
}

// Processes come and go while /proc is read: a file that has vanished tells nothing and is passed over.
async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function parseStatus(pid: number, status: string): ProcessStatus {
  const readField = (name: string): number => Number(new RegExp(`^${name}:.*?(\\d+)$`, "m").exec(status)?.[1] ?? 0);
  return { pid, innerPid: readField("NSpid"), parent: readField("PPid"), tracer: readField("TracerPid") };
}

async function listProcesses(): Promise<readonly ProcessStatus[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const statuses = await Promise.all(pids.map(async (pid) => [pid, await readIfThere(`/proc/${pid}/status`)] as const));
  return statuses.filter(([, status]) => status !== "").map(([pid, status]) => parseStatus(pid, status));
}

/**
 * The processes that a tracer follows, daemons that detached from their parents included. The oldest comes first.
 * A tracer that made a sandbox follows them from inside, by a child of the process that was started.
 */
export async function listTracees(tracerPid: number): Promise<readonly ProcessStatus[]> {
  const processes = await listProcesses();
  const children = processes.filter(({ parent }) => parent === tracerPid).map(({ pid }) => pid);
  const tracers = new Set([tracerPid, ...children]);
  return processes.filter(({ tracer }) => tracers.has(tracer));
}

/**
 * The first process of the sandbox that a tracer has made. Undefined until the sandbox is complete, which it is when that
 * process has started another one, and when it has ended.
 */
export async function findSandbox(tracerPid: number): Promise<number | undefined> {
  const processes = await listProcesses();
  const parents = new Set(processes.map(({ parent }) => parent));
  return processes.find(({ pid, parent }) => parent === tracerPid && parents.has(pid))?.pid;
}

/** All processes that a process has started, and those that these have started, as long as their parents live. */
export async function listDescendants(pid: number): Promise<readonly number[]> {
  const processes = await listProcesses();
  const found = new Set([pid]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const process of processes) {
      if (found.has(process.parent)) {
        found.add(process.pid);
      }
    }
  }
  found.delete(pid);
  return [...found];
}

/** The inodes of listening sockets in the network namespace of a process (proc_pid_net(5)). */
async function listListeningInodes(pid: number): Promise<ReadonlySet<string>> {
  const tcp = await Promise.all(["tcp", "tcp6"].map((file) => readIfThere(`/proc/${pid}/net/${file}`)));
  const inodes = tcp
    .flatMap((table) => table.split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A")
    .map((fields) => fields[9] ?? "");
  // In the unix table the flag word is 00010000 (__SO_ACCEPTCON) on a listening socket.
  const unix = (await readIfThere(`/proc/${pid}/net/unix`))
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "00010000")
    .map((fields) => fields[6] ?? "");
  return new Set([...inodes, ...unix]);
}

async function listSocketInodes(pid: number): Promise<readonly string[]> {
  const directory = `/proc/${pid}/fd`;
  const descriptors = await readdir(directory).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`${directory}/${name}`).catch(() => "")));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** Tells whether a process holds a listening TCP or Unix socket. */
export async function isListening(pid: number): Promise<boolean> {
  const [held, listening] = await Promise.all([listSocketInodes(pid), listListeningInodes(pid)]);
  return held.some((inode) => listening.has(inode));
}
