// SPDX-License-Identifier: GPL-3.0-or-later
import { readBatch } from "../../batch/batch-directory.js";
import type { BatchOutcome } from "../../batch/outcome.js";
import { printResult } from "../output.js";
import { renderQueueTable } from "./queue-table.js";
import { renderStatusTable, renderSummary } from "./summary.js";

/** The options of `loupe batch status`. */
export interface BatchStatusOptions {
  readonly batchDir: string;
  /** The database whose queue is to be shown in place of a batch directory. */
  readonly db?: string;
  readonly outcome: readonly BatchOutcome[];
  readonly json: boolean;
}

async function showQueue(db: string, { outcome, json }: BatchStatusOptions): Promise<number> {
  const { PackageQueue } = await import("../../batch/queue/package-queue.js");
  const queue = await PackageQueue.open(db);
  try {
    const packages = (await queue.list()).filter(
      ({ output }) => outcome.length === 0 || (output !== undefined && outcome.includes(output.outcome)),
    );
    await printResult(json ? `${JSON.stringify(packages, null, 2)}\n` : renderQueueTable(packages));
    return 0;
  } finally {
    await queue.close();
  }
}

/**
 * `loupe batch status`: how far every package of a batch or of a queue is, also while it runs. Throws UsageError where there is no batch.
 */
export async function batchStatusCommand(options: BatchStatusOptions): Promise<number> {
  const { batchDir, db, outcome, json } = options;
  if (db !== undefined) {
    return showQueue(db, options);
  }
  const { packages } = await readBatch(batchDir);
  const shown = packages.filter(
    ({ ended }) => outcome.length === 0 || (ended !== undefined && outcome.includes(ended.outcome)),
  );
  await printResult(
    json ? `${JSON.stringify(shown, null, 2)}\n` : `${renderStatusTable(shown)}\n${renderSummary(shown, batchDir)}`,
  );
  return 0;
}
