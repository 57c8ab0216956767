// SPDX-License-Identifier: GPL-3.0-or-later
import type { RunResult } from "../workload/run-result.js";
import type { RunMetrics } from "./experiment.js";

/** Where a workload prints its number: a regular expression whose first group is the number. */
export type MetricPattern = RegExp;

/** The last number that the pattern finds in what the workload printed. */
export function readMetric(output: string, pattern: MetricPattern): number | undefined {
  const matches = [...output.matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`))];
  const text = matches.at(-1)?.[1];
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** What a call costs that stops in the tracer; docs/benchmarks.md has it as a multiple of a call's own time. */
const STOP_SECONDS = 25e-6;

/** Interposed calls are counted where they stop; those that the kernel answers by itself cost next to nothing. */
function estimateTracerShare({ report, seconds }: RunResult): number {
  const stops = report.executables.flatMap(({ calls }) => calls).reduce((sum, { interposed }) => sum + interposed, 0);
  return seconds > 0 ? Math.min(1, (stops * STOP_SECONDS) / seconds) : 0;
}

/** What a run used at most, and the number that it printed (in its standard output where that is known alone). */
export function measureRun(result: RunResult, pattern: MetricPattern | undefined): RunMetrics {
  const considered = result.report.executables.filter((executable) => executable.considered);
  const residentKiB = largest(considered.map(({ peakResidentKiB }) => peakResidentKiB));
  const descriptors = largest(considered.map(({ peakDescriptors }) => peakDescriptors));
  const metric = pattern && readMetric(result.output ?? result.logTail, pattern);
  const tracerShare = metric === undefined ? 0 : estimateTracerShare(result);
  return {
    ...(tracerShare > 0 && { tracerShare }),
    ...(residentKiB !== undefined && { residentKiB }),
    ...(descriptors !== undefined && { descriptors }),
    ...(metric !== undefined && { metric }),
  };
}
