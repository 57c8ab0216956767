// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../../tracing/syscall-table.js";
import { LARGEST_EFFORT, parseEffort } from "../effort.js";
import { resolveCall } from "./call-name.js";
import { type LineNote, PlanningInputError, quoteWord, readTextLines } from "./text-file.js";

/** What implementing a call costs, and what stubbing or faking it costs where that was said. */
export interface CallCost {
  readonly implement: number;
  readonly treat?: number;
}

/** The efforts that a cost file gives. */
export interface CostTable {
  readonly costs: ReadonlyMap<string, CallCost>;
  /** Lines about something that is no call of the architecture. */
  readonly unknown: readonly LineNote[];
}

/**
 * Reads efforts: lines NAME COST or NAME COST TREATMENT-COST, fields separated by spaces or commas, `#` comments. Throws
 * PlanningInputError with file and line for anything else, and for a call that is there twice.
 */
export async function readCostFile(file: string, architecture: Architecture): Promise<CostTable> {
  const costs = new Map<string, CallCost>();
  const unknown: LineNote[] = [];
  for (const { number, text } of await readTextLines(file)) {
    const [call = "", ...fields] = text.split(/\s*,\s*|\s+/);
    const [implement, treat] = fields.map(parseEffort);
    if (
      fields.length < 1 ||
      fields.length > 2 ||
      fields.some((field) => parseEffort(field) === undefined) ||
      !implement
    ) {
      throw new PlanningInputError(
        `${file}:${number}: ${quoteWord(text)} should be NAME COST [COST OF A STUB OR FAKE]; a cost is a number up to ` +
          `${LARGEST_EFFORT} with at most three decimals, and implementing a call costs more than 0`,
      );
    }
    const resolved = resolveCall(call, architecture);
    if (!resolved.known) {
      unknown.push({ file, line: number, message: resolved.reason });
    } else if (costs.has(resolved.name)) {
      throw new PlanningInputError(`${file}:${number}: there is a cost of ${resolved.name} already`);
    } else {
      costs.set(resolved.name, { implement, ...(treat !== undefined && { treat }) });
    }
  }
  if (costs.size === 0) {
    throw new PlanningInputError(`${file}: it gives no cost of any system call of ${architecture}`);
  }
  return { costs, unknown };
}
