// SPDX-License-Identifier: GPL-3.0-or-later
import { openApt } from "../../batch/open-workshop.js";
import { PackageQueue } from "../../batch/queue/package-queue.js";
import { ResultMerger } from "../../batch/result-merger.js";
import type { SourcePackage } from "../../debian/apt/fetch-source.js";
import { readAptIndex } from "../../debian/apt/sources-index.js";
import { readArchitecture } from "../../debian/architecture.js";
import { printMessage } from "../output.js";
import type { AnalysisChoices, SelectionOptions } from "./options.js";
import { toAnalysisOptions } from "./options.js";
import { selectPackages } from "./run.js";

/** The options of `loupe batch enqueue`. */
export interface BatchEnqueueOptions extends SelectionOptions, AnalysisChoices {
  readonly db: string;
  readonly aptSources?: string;
  readonly again: boolean;
  readonly lease: number;
}

async function leaveOutMeasured(packages: readonly SourcePackage[], db: string): Promise<readonly SourcePackage[]> {
  const { host: architecture } = await readArchitecture();
  const merger = await ResultMerger.open(db, printMessage);
  try {
    const left: SourcePackage[] = [];
    for (const source of packages) {
      if ((await merger.lookUp(source, architecture)).same === undefined) {
        left.push(source);
      }
    }
    return left;
  } finally {
    await merger.close();
  }
}

/**
 * `loupe batch enqueue`: puts packages into the queue of a PostgreSQL database, from which workers take them. Returns the exit status:
 * 2 where a package is unknown. Throws LoupeError.
 */
export async function batchEnqueueCommand(words: readonly string[], options: BatchEnqueueOptions): Promise<number> {
  const queue = await PackageQueue.open(options.db);
  try {
    const readIndex = async () => readAptIndex(await openApt(options.aptSources, printMessage));
    const { packages, unknown } = await selectPackages(words, options, readIndex);
    for (const { source } of unknown) {
      printMessage(`${source}: unknown-package: apt's sources have no source package ${source}`);
    }
    const left = options.again ? packages : await leaveOutMeasured(packages, options.db);
    const analysisOptions = toAnalysisOptions(options);
    const added = await queue.add(
      left.map((source) => ({ ...source, analysisOptions })),
      options.lease,
    );
    printMessage(
      `${added} packages added; ${left.length - added} were in the queue, ${packages.length - left.length} are measured already`,
    );
    return unknown.length > 0 ? 2 : 0;
  } finally {
    await queue.close();
  }
}
