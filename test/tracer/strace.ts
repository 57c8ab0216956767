// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the output of `strace -f -o FILE` and says which executable made which call how often.
import { readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";

/** Executable path -> name of a call -> how often. */
export type CallCounts = Map<string, Map<string, number>>;

interface Process {
  executable: string | undefined;
  directory: string;
  /** The path that a still unfinished execve was given. */
  executing: string | undefined;
}

const LINE = /^(\d+) +(.*)$/;
/** A call's entry; `<unfinished ...>` ends a line whose result comes later. */
const ENTRY = /^([a-z0-9_]+)\((.*)$/s;
const RESUMED = /^<\.\.\. ([a-z0-9_]+) resumed>(.*)$/s;
/** An exec by another thread ended this one, the leader, whose number the process keeps. */
const SUPERSEDED = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/;
const RESULT = /\) += (-?\d+|0x[0-9a-f]+|\?)[^=]*$/;
const STARTS_PROCESS = /^(fork|vfork|clone|clone3)$/;

/** What execve loads for this path: the file itself, or the interpreter that its `#!` line names. */
function resolveExecutable(path: string): string {
  const real = realpathSync(path);
  const head = readFileSync(real).subarray(0, 256).toString("latin1");
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(head)?.[1];
  return interpreter === undefined ? real : resolveExecutable(interpreter);
}

function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

/**
 * Counts the calls in strace's output. The execve that starts a program belongs to the program that called it; the very
 * first one is strace's own child's and belongs to nobody.
 *
 * @param directory where the command was started, for relative paths
 */
export function countCalls(output: string, directory: string): CallCounts {
  const lines = output
    .split("\n")
    .map((line) => LINE.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, text]) => ({ pid: Number(pid), text: text ?? "" }));
  const parents = findParents(lines);
  const processes = new Map<number, Process>();
  const counts: CallCounts = new Map();

  function find(pid: number): Process {
    const known = processes.get(pid);
    if (known !== undefined) return known;
    const parent = parents.get(pid);
    // A child can be seen before its parent's call returns; the parent cannot exec meanwhile.
    const started: Process =
      parent === undefined
        ? { executable: undefined, directory, executing: undefined }
        : { ...find(parent), executing: undefined };
    processes.set(pid, started);
    return started;
  }

  function finishExec(caller: Process, result: string | undefined): void {
    if (result === "0" && caller.executing !== undefined)
      caller.executable = resolveExecutable(resolve(caller.directory, caller.executing));
    caller.executing = undefined;
  }

  for (const { pid, text } of lines) {
    const caller = find(pid);
    const resumed = RESUMED.exec(text);
    if (resumed?.[1] === "execve" || resumed?.[1] === "execveat") finishExec(caller, RESULT.exec(text)?.[1]);
    const executor = SUPERSEDED.exec(text)?.[1];
    if (executor !== undefined) caller.executing = find(Number(executor)).executing;
    const entry = ENTRY.exec(text);
    if (entry === null) continue;
    const [, name = "", rest = ""] = entry;
    if (caller.executable !== undefined) {
      const calls = counts.get(caller.executable) ?? new Map<string, number>();
      calls.set(name, (calls.get(name) ?? 0) + 1);
      counts.set(caller.executable, calls);
    }
    const result = RESULT.exec(rest)?.[1];
    if (name === "chdir" && result === "0")
      caller.directory = resolve(caller.directory, unquote(/^"(.*)"\)/.exec(rest)?.[1] ?? ""));
    if (name !== "execve") continue;
    caller.executing = unquote(/^"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? "");
    if (!rest.endsWith("<unfinished ...>")) finishExec(caller, result);
  }
  return counts;
}

/** Who started whom, from the results of fork and its kind, wherever in the output they stand. */
function findParents(lines: { pid: number; text: string }[]): Map<number, number> {
  const parents = new Map<number, number>();
  for (const { pid, text } of lines) {
    const name = (ENTRY.exec(text) ?? RESUMED.exec(text))?.[1] ?? "";
    const result = RESULT.exec(text)?.[1];
    if (STARTS_PROCESS.test(name) && Number(result) > 0) parents.set(Number(result), pid);
  }
  return parents;
}
