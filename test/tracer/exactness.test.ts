// SPDX-License-Identifier: GPL-3.0-or-later
// The calls that the tracer records are those that strace sees: the same executables, the same calls, equally often.
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { exactModesOf, type Mode, modesOf } from "./modes.js";
import { FILES, REAL_PROGRAMS, type RealProgram } from "./programs.js";
import type { Report } from "./report.js";
import { type CallCounts, countCalls } from "./strace.js";
import { describeWays } from "./ways.js";
import { isBuilt, openWorkspace, type Workspace } from "./workspace.js";

/** Runs on either side where a program does not make the same calls every time. */
const RUNS = 3;

/** Address randomisation would make brk and mmap vary, seeds of hashes the order of everything. */
const PREFIX = ["setarch", "--addr-no-randomize"];
const ENVIRONMENT = {
  PERL_HASH_SEED: "0",
  PYTHONHASHSEED: "0",
  PYTHONDONTWRITEBYTECODE: "1",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** An empty directory with the same files for every run, for a run sees what an earlier one left. */
async function prepare(workspace: Workspace, program: RealProgram): Promise<string[]> {
  await rm(workspace.path("run"), { recursive: true, force: true });
  for (const [name, { content, mode }] of Object.entries(FILES)) await workspace.file(`run/${name}`, content, mode);
  for (const name of program.fixtures ?? []) await workspace.program(name, `programs/${name}`);
  const script = await workspace.file("script.sh", `cd run\n${program.script}\n`);
  return [...PREFIX, "/bin/sh", "-e", script];
}

async function runStrace(workspace: Workspace, program: RealProgram): Promise<CallCounts> {
  const command = await prepare(workspace, program);
  const output = workspace.path("strace.txt");
  const environment = { ...ENVIRONMENT, PROGRAMS: workspace.path("programs") };
  const outcome = await workspace.native(["strace", "-f", "-qq", "-o", output, ...command], { environment });
  expect(outcome).toMatchObject({ exitCode: 0 });
  return countCalls(await readFile(output, "utf8"), workspace.directory);
}

async function runTracer(workspace: Workspace, program: RealProgram, mode: string): Promise<CallCounts> {
  const command = await prepare(workspace, program);
  const environment = { ...ENVIRONMENT, PROGRAMS: workspace.path("programs") };
  const { exitCode, report } = await workspace.trace(["--consider-all", "--discover", mode], command, { environment });
  expect(exitCode).toBe(0);
  expect(report.errors).toEqual([]);
  return countReported(report);
}

function countReported(report: Report): CallCounts {
  const paths = new Map(report.executables.map((line) => [line.id, line.path]));
  const counts: CallCounts = new Map();
  for (const line of report.allCalls) {
    const path = paths.get(line.executable) ?? `no executable ${line.executable}`;
    const name = line.name ?? `syscall_0x${line.nr.toString(16)}`;
    const calls = counts.get(path) ?? new Map<string, number>();
    calls.set(name, (calls.get(name) ?? 0) + line.calls);
    counts.set(path, calls);
  }
  return counts;
}

/** "EXECUTABLE CALL", sorted: a difference then reads as one line. */
function pairs(counts: CallCounts): string[] {
  return [...counts].flatMap(([path, calls]) => [...calls.keys()].map((name) => `${path} ${name}`)).sort();
}

/**
 * Standard signals are not queued (signal(7)): how often a handler of SIGCHLD returns is chance. So is how often mkstemp(3) draws a name.
 */
const COUNTED_BY_CHANCE = new Set(["rt_sigreturn", "getrandom"]);

function pairsWithCounts(counts: CallCounts): string[] {
  return [...counts]
    .flatMap(([path, calls]) =>
      [...calls].map(([name, count]) => `${path} ${name} ${COUNTED_BY_CHANCE.has(name) ? "some" : count}`),
    )
    .sort();
}

const union = (runs: CallCounts[]) => new Set(runs.flatMap(pairs));
const common = (runs: CallCounts[]) =>
  [...union(runs)].filter((pair) => runs.every((run) => pairs(run).includes(pair)));

/**
 * One run of strace and one of the tracer must be equal in everything, unless chance had its say: then once more.
 * (A shell's child may end before the shell waits.) A mistake of the tracer's shows every time.
 */
async function compareRuns(workspace: Workspace, program: RealProgram, modes: Mode[]): Promise<void> {
  const straced = [await runStrace(workspace, program)];
  for (const mode of modes) {
    const describeRun = exactModesOf(workspace.way).includes(mode) ? pairsWithCounts : pairs;
    const traced = [await runTracer(workspace, program, mode)];
    const meet = () =>
      straced.some((one) => traced.some((other) => describeRun(one).join("\n") === describeRun(other).join("\n")));
    for (let run = 1; run < RUNS && !meet(); run++) {
      straced.push(await runStrace(workspace, program));
      traced.push(await runTracer(workspace, program, mode));
    }
    if (!meet()) expect(traced.map(describeRun)[0], mode).toEqual(straced.map(describeRun)[0]);
  }
}

/** What every run of one side made, some run of the other must have made too. */
async function compareCommonCalls(workspace: Workspace, program: RealProgram, modes: Mode[]): Promise<void> {
  const isSteady = (pair: string) => !program.unsteady?.some((path) => pair.startsWith(`${path} `));
  const straced: CallCounts[] = [];
  for (let run = 0; run < RUNS; run++) straced.push(await runStrace(workspace, program));
  for (const mode of modes) {
    const traced: CallCounts[] = [];
    for (let run = 0; run < RUNS; run++) traced.push(await runTracer(workspace, program, mode));
    expect(
      common(straced).filter((pair) => isSteady(pair) && !union(traced).has(pair)),
      `missed by ${mode}`,
    ).toEqual([]);
    expect(
      common(traced).filter((pair) => isSteady(pair) && !union(straced).has(pair)),
      `invented by ${mode}`,
    ).toEqual([]);
  }
}

describeWays(["root", "user"], (way) => {
  test.for(REAL_PROGRAMS)("$name", { timeout: 120_000 }, async (program, { skip }) => {
    const lacking =
      program.needs?.find((path) => !existsSync(path)) ?? program.fixtures?.find((name) => !isBuilt(name));
    if (lacking !== undefined) skip(`needs ${lacking}`);
    const workspace = await openWorkspace(way);
    const compare = program.deterministic ? compareRuns : compareCommonCalls;
    await compare(workspace, program, modesOf(way));
  });
});
