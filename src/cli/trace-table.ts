// SPDX-License-Identifier: GPL-3.0-or-later

import { executablePath } from "../analysis/observed-features.js";
import { compareText } from "../compare-text.js";
import { nameErrno } from "../tracing/signals.js";
import type { TracedCall, TracedExecutable, TraceReport } from "../tracing/trace-report.js";
import { renderTable } from "./table.js";
import { cleanText, type Terminal } from "./terminal.js";

function countErrors(call: TracedCall): number {
  return [...(call.results?.errors.values() ?? [])].reduce((sum, count) => sum + count, 0);
}

function describeErrors(call: TracedCall): string {
  return [...(call.results?.errors ?? [])]
    .sort(([, left], [, right]) => right - left)
    .map(([errno, count]) => `${nameErrno(errno)} ${count}`)
    .join(", ");
}

function nameCall(call: TracedCall, report: TraceReport): string {
  return call.abi === report.tracer.architecture ? call.name : `${call.name} (${call.abi})`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function renderExecutable(executable: TracedExecutable, report: TraceReport, terminal: Terminal): string {
  const { colors } = terminal;
  const path = cleanText(executablePath(executable));
  const interpreter = executable.script === undefined ? "" : ` (run by ${cleanText(executable.path)})`;
  const title = `${colors.bold(path)}${interpreter}: ${plural(executable.execs, "exec")}, ${plural(executable.calls.length, "system call")}`;
  const rows = [...executable.calls]
    .sort((left, right) => right.calls - left.calls || compareText(left.name, right.name))
    .map((call) => [
      cleanText(nameCall(call, report)),
      String(call.calls),
      countErrors(call) === 0 ? "" : colors.yellow(String(countErrors(call))),
      describeErrors(call),
    ]);
  const columns = [
    { title: "system call" },
    { title: "calls", align: "right" as const },
    { title: "errors", align: "right" as const },
    { title: "which" },
  ];
  return rows.length === 0 ? title : `${title}\n${renderTable(columns, rows, terminal)}`;
}

/** Considered executables that ran, by path. */
export function listShown(report: TraceReport): readonly TracedExecutable[] {
  return report.executables
    .filter(({ considered, execs }) => considered && execs > 0)
    .sort((left, right) => compareText(executablePath(left), executablePath(right)));
}

/** Renders the calls of each considered executable, the most frequent first. Ends with a newline. */
export function renderTraceTable(report: TraceReport, terminal: Terminal): string {
  return `${listShown(report)
    .map((executable) => renderExecutable(executable, report, terminal))
    .join("\n\n")}\n`;
}

/** The same as JSON: calls with their errors by name. Ends with a newline. */
export function formatTraceJson(report: TraceReport): string {
  const executables = listShown(report).map((executable) => ({
    path: executable.path,
    ...(executable.script !== undefined && { script: executable.script }),
    execs: executable.execs,
    processes: executable.processes,
    calls: [...executable.calls]
      .sort((left, right) => compareText(left.abi, right.abi) || left.number - right.number)
      .map(({ abi, number, name, calls, results }) => ({
        abi,
        number,
        name,
        calls,
        errors: Object.fromEntries([...(results?.errors ?? [])].map(([errno, count]) => [nameErrno(errno), count])),
      })),
  }));
  const { reason, exitCode, signal, seconds } = report.end;
  const result = {
    tracer: report.tracer,
    executables,
    warnings: report.warnings,
    end: { reason, exitCode, signal, seconds },
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
