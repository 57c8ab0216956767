// SPDX-License-Identifier: GPL-3.0-or-later
// The figures for a person: a table on the terminal, a page for the documentation.
import { cpus, release } from "node:os";
import chalk from "chalk";
import Table from "cli-table3";
import type { Figure, Ratio } from "./measure.js";

const HEAD = ["workload (native = 1.0)", "goal", "kernel alone", "loupe", "strace -f"];

const formatRatio = (ratio: Ratio | undefined): string =>
  ratio === undefined ? "-" : `${ratio.median.toFixed(2)} (${ratio.lowest.toFixed(2)}..${ratio.highest.toFixed(2)})`;

const formatGoal = (goal: number | undefined): string => (goal === undefined ? "-" : `<= ${goal}`);

export function printTable(figures: readonly Figure[]): void {
  const table = new Table({ head: HEAD, style: { head: [], compact: true } });
  for (const { name, goal, floor, loupe, strace } of figures) {
    const color = goal === undefined ? chalk.reset : loupe.median <= goal ? chalk.green : chalk.red;
    table.push([name, formatGoal(goal), formatRatio(floor), color(formatRatio(loupe)), formatRatio(strace)]);
  }
  console.log(table.toString());
}

/** The cores, processor and kernel: what ratios depend on. */
export function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), Linux ${release().split("-")[0]}`;
}

/** docs/benchmarks.md. */
export function formatPage(figures: readonly Figure[], rounds: number, date: Date): string {
  const rows = figures.map(({ name, goal, floor, loupe, strace }) => [
    name,
    formatGoal(goal),
    formatRatio(floor),
    formatRatio(loupe),
    formatRatio(strace),
  ]);
  const lines = [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `# Benchmarks

What tracing costs: the time under \`loupe-tracer\` and under \`strace -f\` as a multiple of the native time of the same
round. Medians of ${rounds} interleaved rounds, with the lowest and the highest.

Measured with \`npm run bench -- --write\` on ${date.toISOString().slice(0, 10)}: ${describeMachine()}.

${lines.join("\n")}

- *Ignored parent*: a program that is not considered makes 400,000 calls after it has run one considered child.
- *make*: ten C files; the compiler proper (cc1) and the assembler are considered. In one build each of them runs eleven
  times; in three builds the tracer knows their calls from the first.
- *Hot loop*: a considered program makes one cheap call 400,000 times and times itself. *Second exec*: the timed
  program is the second process of its executable. strace gets fewer turns, and its time for one call is compared.
- *Kernel alone*: what a seccomp filter that allows everything costs by itself or, for eBPF, a program that does nothing at the beginning of
  system calls. The cheaper a call is on a machine, the larger is their part of it: this column says what no tracer can be faster than.
- *As a user, in a user namespace*: without PTRACE_O_SUSPEND_SECCOMP a stubbed call stops in the tracer, and no other does.
  The last row of each is the price of the stubbed call itself.
`;
}
