// SPDX-License-Identifier: GPL-3.0-or-later
import { findSourceCalls } from "../source/find-calls.js";
import { printResult } from "./output.js";
import { formatSourceJson, renderUseTable, type SourceResult } from "./source-table.js";
import { describeStdout } from "./terminal.js";

/** The options of `loupe returns`. */
export interface ReturnsOptions {
  readonly json: boolean;
}

/** What is found below each of several directories. Throws LoupeError. */
export async function readSources(directories: readonly string[]): Promise<readonly SourceResult[]> {
  const results: SourceResult[] = [];
  for (const directory of directories) {
    results.push({ directory, found: await findSourceCalls(directory) });
  }
  return results;
}

/**
 * `loupe returns`: tells which results of system calls the C source of packages checks. Returns the exit status 0. Throws
 * LoupeError.
 */
export async function returnsCommand(directories: readonly string[], { json }: ReturnsOptions): Promise<number> {
  const results = await readSources(directories);
  await printResult(json ? formatSourceJson(results) : renderUseTable(results, describeStdout()));
  return 0;
}
