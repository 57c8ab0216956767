// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, readlink } from "node:fs/promises";

// Processes come and go while /proc is read: a file that has vanished tells nothing and is passed over.
async function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function listProcesses(): Promise<readonly number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * The processes that a tracer follows, daemons that detached from their parents included: the kernel names the tracer in
 * each process's status (proc_pid_status(5), TracerPid). The oldest comes first.
 */
export async function listTracees(tracerPid: number): Promise<readonly number[]> {
  const processes = await listProcesses();
  const statuses = await Promise.all(processes.map((pid) => readIfThere(`/proc/${pid}/status`)));
  return processes.filter((_, index) => statuses[index]?.includes(`\nTracerPid:\t${tracerPid}\n`));
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
