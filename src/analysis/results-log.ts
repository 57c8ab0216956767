// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.js";
import type { ExperimentResult } from "./experiment.js";

/** The file in the work directory that receives finished experiments, one JSON object a line. */
export const RESULTS_FILE = "results.jsonl";

/** Where one analysis keeps what it has found so far: an interrupted one loses nothing that had finished. */
export class ResultsLog {
  private constructor(readonly directory: string) {}

  /** Makes the directories. Throws EnvironmentError when that is impossible. */
  static async open(directory: string): Promise<ResultsLog> {
    try {
      await mkdir(join(directory, "logs"), { recursive: true });
    } catch (cause) {
      throw new EnvironmentError(`cannot use the work directory ${directory}: ${(cause as Error).message}`, { cause });
    }
    return new ResultsLog(directory);
  }

  get file(): string {
    return join(this.directory, RESULTS_FILE);
  }

  /** Makes an empty directory for the log and the results of a run. Throws EnvironmentError. */
  async openRun(run: string): Promise<string> {
    const directory = join(this.directory, "logs", run.replace(/[^A-Za-z0-9_+-]+/g, "-").slice(0, 100));
    try {
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory);
    } catch (cause) {
      throw new EnvironmentError(`cannot make ${directory}: ${(cause as Error).message}`, { cause });
    }
    return directory;
  }

  /** Throws EnvironmentError when the result cannot be kept, for example on a full disk. */
  async append(result: ExperimentResult): Promise<void> {
    const { experiment, ...rest } = result;
    const treated = experiment.treated.map(({ feature, treatment }) => ({ ...feature, treatment }));
    try {
      await appendFile(this.file, `${JSON.stringify({ treated, ...rest })}\n`);
    } catch (cause) {
      throw new EnvironmentError(`cannot keep results in ${this.file}: ${(cause as Error).message}`, { cause });
    }
  }
}
