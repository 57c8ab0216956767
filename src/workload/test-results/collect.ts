// SPDX-License-Identifier: GPL-3.0-or-later
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError } from "../../errors.js";
import { LogReader } from "./log-reader.js";
import { mergeTests } from "./merge.js";
import { readResultFiles } from "./result-files.js";
import { MAX_LOG_BYTES } from "./result-limits.js";
import type { TestResults, TestsByFormat } from "./test-results.js";

/** Where one run has left its results. */
export interface ResultSources {
  /** The whole output of the run, standard output and standard error together. */
  readonly logFile: string;
  /** What the wrapper of `wrapForResults` copied; absent when the suite was not wrapped. */
  readonly directory?: string;
}

interface Reading {
  readonly tests: TestsByFormat;
  readonly problems: readonly string[];
}

async function readLog(file: string): Promise<Reading> {
  const reader = new LogReader();
  try {
    const status = await stat(file);
    if (!status.isFile()) {
      throw new Error("it is no regular file");
    }
    for await (const chunk of createReadStream(file, { encoding: "utf8", end: MAX_LOG_BYTES - 1 })) {
      reader.feed(chunk as string);
    }
    const { tests, problems } = reader.end();
    const excess = `the log ${file} is larger than ${MAX_LOG_BYTES} bytes; the rest of it is not read`;
    return { tests, problems: status.size > MAX_LOG_BYTES ? [...problems, excess] : problems };
  } catch (cause) {
    throw new EnvironmentError(`cannot read the log ${file}: ${describeCause(cause)}`, { cause });
  }
}

/**
 * Reads what one run said of its tests. Results that cannot be read are named in `problems`; their tests are missing, and so count as lost.
 * Throws EnvironmentError when the log or the directory cannot be read.
 */
export async function collectResults({ logFile, directory }: ResultSources): Promise<TestResults> {
  const log = await readLog(logFile);
  const files: Reading =
    directory === undefined ? { tests: new Map(), problems: [] } : await readResultFiles(directory);
  return {
    ...mergeTests(files.tests, log.tests),
    logged: log.tests,
    problems: [...files.problems, ...log.problems],
  };
}
