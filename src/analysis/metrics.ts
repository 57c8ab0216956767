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

/** What a run used at most, and the number that it printed (in its standard output where that is known alone). */
export function measureRun(result: RunResult, pattern: MetricPattern | undefined): RunMetrics {
  const considered = result.report.executables.filter((executable) => executable.considered);
  const residentKiB = largest(considered.map(({ peakResidentKiB }) => peakResidentKiB));
  const descriptors = largest(considered.map(({ peakDescriptors }) => peakDescriptors));
  const metric = pattern && readMetric(result.output ?? result.logTail, pattern);
  return {
    ...(residentKiB !== undefined && { residentKiB }),
    ...(descriptors !== undefined && { descriptors }),
    ...(metric !== undefined && { metric }),
  };
}
