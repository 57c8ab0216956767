// SPDX-License-Identifier: GPL-3.0-or-later
import { realpathSync } from "node:fs";
import { compareText } from "../compare-text.js";
import { isGlob, matchesPattern } from "../tracing/patterns.js";
import type { TracedExecutable, TraceReport } from "../tracing/trace-report.js";
import { hashFile, readElfIdentity } from "../workload/elf.js";
import { describeLinkage } from "../workload/linkage.js";
import { COLLECTING_PROGRAMS } from "../workload/suite-results.js";
import type { AnalyzedExecutable, ConsideredProgram } from "./analysis.js";
import { executablePath, listConsidered } from "./observed-features.js";

function resolvePattern(pattern: string): string {
  try {
    return isGlob(pattern) ? pattern : realpathSync(pattern);
  } catch {
    // A program that a suite builds and deletes again cannot be resolved; its own path is all that is known.
    return pattern;
  }
}

function matchesProgram(program: ConsideredProgram, executable: TracedExecutable): boolean {
  const paths = [executable.path, ...(executable.script === undefined ? [] : [executable.script])];
  return matchesPattern(program.pattern, paths) || matchesPattern(resolvePattern(program.pattern), paths);
}

/**
 * Patterns that the user named and that match nothing that was executed. The tracer also matches the path that was given to
 * exec (a symbolic link), which the report need not have: as long as an executable is considered for a reason that is not
 * seen here, no pattern is accused.
 */
export function listNeverExecuted(considered: readonly ConsideredProgram[], report: TraceReport): readonly string[] {
  const ran = listConsidered(report);
  const isExplained = (executable: TracedExecutable): boolean =>
    considered.some((program) => matchesProgram(program, executable));
  return considered
    .filter(({ reason }) => reason === "named")
    .filter((program) => !ran.some((executable) => matchesProgram(program, executable)))
    .map(({ pattern }) => pattern)
    .filter(() => ran.every(isExplained));
}

/** All that the workload executed, considered or not; not what collects its results. */
export function listExecuted(report: TraceReport): readonly string[] {
  const ran = report.executables.filter(({ execs }) => execs > 0).map(executablePath);
  return [...new Set(ran)].filter((path) => !COLLECTING_PROGRAMS.includes(path)).sort(compareText);
}

async function identify(
  executable: TracedExecutable,
  considered: readonly ConsideredProgram[],
): Promise<AnalyzedExecutable> {
  const path = executablePath(executable);
  const program = considered.find((entry) => matchesProgram(entry, executable));
  // Suites build, run and delete programs: a file that is gone has no identity any more, which is no error.
  const identity = await readElfIdentity(path).catch(() => undefined);
  const sha256 = await hashFile(path).catch(() => undefined);
  const linkage = identity && (await describeLinkage(path, identity).catch(() => undefined));
  return {
    path,
    ...(program?.package !== undefined && { package: program.package }),
    considered: program?.reason ?? "named",
    execs: executable.execs,
    ...(identity?.buildId !== undefined && { buildId: identity.buildId }),
    ...(sha256 !== undefined && { sha256 }),
    ...(linkage !== undefined && { linkage }),
  };
}

/** The considered executables that ran, with their identity as far as the files are still there, by path. */
export async function identifyExecutables(
  considered: readonly ConsideredProgram[],
  report: TraceReport,
): Promise<readonly AnalyzedExecutable[]> {
  const identified = await Promise.all(listConsidered(report).map((executable) => identify(executable, considered)));
  return identified.sort((left, right) => compareText(left.path, right.path));
}
