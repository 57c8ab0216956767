// SPDX-License-Identifier: GPL-3.0-or-later
import { readBatch } from "../../batch/batch-directory.js";
import type { BatchOutcome } from "../../batch/outcome.js";
import { printResult } from "../output.js";
import { renderStatusTable, renderSummary } from "./summary.js";

/** The options of `loupe batch status`. */
export interface BatchStatusOptions {
  readonly batchDir: string;
  readonly outcome: readonly BatchOutcome[];
  readonly json: boolean;
}

/** `loupe batch status`: how far every package of a batch is, also while it runs. Throws UsageError where there is no batch. */
export async function batchStatusCommand({ batchDir, outcome, json }: BatchStatusOptions): Promise<number> {
  const { packages } = await readBatch(batchDir);
  const shown = packages.filter(
    ({ ended }) => outcome.length === 0 || (ended !== undefined && outcome.includes(ended.outcome)),
  );
  await printResult(
    json ? `${JSON.stringify(shown, null, 2)}\n` : `${renderStatusTable(shown)}\n${renderSummary(shown, batchDir)}`,
  );
  return 0;
}
