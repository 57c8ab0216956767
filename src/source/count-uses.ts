// SPDX-License-Identifier: GPL-3.0-or-later
import type { SourceCall } from "./find-calls.js";
import { NEVER_FAIL } from "./wrappers.js";

/** Calls whose result tells of a failure. */
export function canFail({ wrapper }: SourceCall): boolean {
  return !NEVER_FAIL.has(wrapper);
}

/** How many calls there are of each use of their results. */
export interface UseCounts {
  readonly calls: number;
  readonly checked: number;
  readonly passedOn: number;
  readonly stored: number;
  /** Discarded by a cast to void included. */
  readonly ignored: number;
}

/** Counts uses of results. */
export function countUses(calls: readonly SourceCall[]): UseCounts {
  const count = (...uses: readonly SourceCall["use"][]): number => calls.filter(({ use }) => uses.includes(use)).length;
  return {
    calls: calls.length,
    checked: count("checked"),
    passedOn: count("passed-on"),
    stored: count("stored"),
    ignored: count("ignored", "discarded"),
  };
}
