// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { TracedExecutable, TraceReport } from "../tracing/trace-report.js";
import type { UsedFeature } from "./feature.js";

/** The path by which people know an executable: the script, where the executable is only its interpreter. */
export function executablePath(executable: TracedExecutable): string {
  return executable.script ?? executable.path;
}

/** Considered executables that really were executed. */
export function listConsidered(report: TraceReport): readonly TracedExecutable[] {
  return report.executables.filter(({ considered, execs }) => considered && execs > 0);
}

/** The system calls of the native ABI that considered executables made, in the order of their names. */
export function listUsedSyscalls(report: TraceReport): readonly UsedFeature[] {
  const used = new Map<number, { name: string; calls: number; executables: Set<string> }>();
  for (const executable of listConsidered(report)) {
    for (const call of executable.calls.filter(({ abi }) => abi === report.tracer.architecture)) {
      const entry = used.get(call.number) ?? { name: call.name, calls: 0, executables: new Set() };
      entry.calls += call.calls;
      entry.executables.add(executablePath(executable));
      used.set(call.number, entry);
    }
  }
  return [...used.entries()]
    .map(([number, { name, calls, executables }]) => ({
      feature: { kind: "syscall" as const, name, number },
      calls,
      executables: [...executables].sort(compareText),
    }))
    .sort((left, right) => compareText(left.feature.name, right.feature.name));
}

/** Sentences about what the features leave out. */
export function listGaps(report: TraceReport): readonly string[] {
  const native = report.tracer.architecture;
  const foreign = listConsidered(report).flatMap((executable) =>
    [...new Set(executable.calls.filter(({ abi }) => abi !== native).map(({ abi }) => abi))].map(
      (abi) => `calls that ${executablePath(executable)} made with the ${abi} table are not analyzed`,
    ),
  );
  return [...foreign, ...report.warnings.map(({ message }) => message)];
}
