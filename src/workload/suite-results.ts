// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";
import { matchesPattern } from "../tracing/patterns.js";
import type { Command, ConsideredPatterns, Environment } from "../tracing/trace-request.js";
import { findProgram } from "./find-program.js";
import type { RunOptions } from "./run-options.js";
import { collectResults } from "./test-results/collect.js";
import { addResultVariables } from "./test-results/result-variables.js";
import { RESULTS_DIRECTORY, wrapForResults } from "./test-results/result-wrapper.js";
import type { TestResults } from "./test-results/test-results.js";
import type { SuiteWorkload } from "./workload.js";

function locate(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`/bin/${name}`, `/usr/bin/${name}`]);
}

/** The programs by which result files are copied. */
export const COLLECTING_PROGRAMS = locate(["find", "sort", "xargs", "cp", "sleep"]);

/** Where one of these is considered, its calls around the suite would count, and nothing is copied. */
const WRAPPER_PROGRAMS = [...locate(["sh", "dash", "bash", "rm"]), ...COLLECTING_PROGRAMS];

/** Where a run leaves what it says of its tests. */
export interface ResultsOfRun {
  readonly command: Command;
  readonly environment: Environment;
  readonly logFile: string;
  /** What has to stay visible in a sandbox. */
  readonly keep: readonly string[];
  /** To be called when the run has ended. Throws EnvironmentError. */
  collect(): Promise<TestResults>;
}

function considersWrapper(considered: ConsideredPatterns): boolean {
  return considered === "all" || considered.some((pattern) => matchesPattern(pattern, WRAPPER_PROGRAMS));
}

async function canBeExecuted({ command, directory, environment }: SuiteWorkload): Promise<boolean> {
  return findProgram(command[0], { directory, searchPath: environment.PATH }).then(
    () => true,
    () => false,
  );
}

/**
 * Prepares a suite's run so that the results of its tests can be read afterwards: the log, and, unless that would disturb the
 * observation, the files that build systems leave. Throws EnvironmentError when the run's directory cannot be written to.
 */
export async function prepareResults(
  workload: SuiteWorkload,
  options: RunOptions & { readonly runDirectory: string },
): Promise<ResultsOfRun> {
  const logFile = join(options.runDirectory, "log");
  const environment = addResultVariables(workload.environment);
  // That a command cannot be executed is for the tracer to say, not for a shell.
  if (considersWrapper(options.considered) || !(await canBeExecuted(workload))) {
    const collect = (): Promise<TestResults> => collectResults({ logFile });
    return { command: workload.command, environment, logFile, keep: [], collect };
  }
  const directory = join(options.runDirectory, RESULTS_DIRECTORY);
  try {
    await mkdir(directory);
  } catch (cause) {
    throw new EnvironmentError(`cannot make ${directory}: ${describeCause(cause)}`, { cause });
  }
  return {
    command: wrapForResults(workload.command, { tree: workload.directory, destination: directory }),
    environment,
    logFile,
    keep: [directory],
    collect: () => collectResults({ logFile, directory }),
  };
}
