// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from "zod";
import { OUTCOMES } from "../manifest/schema.js";

/** What can come of a package in a batch: the outcomes of manifests, and those of packages that never came so far. */
export const BATCH_OUTCOMES = [...OUTCOMES, "unknown-package", "dependencies-missing", "already-measured"] as const;

export const batchOutcome = z.enum(BATCH_OUTCOMES);

export type BatchOutcome = z.infer<typeof batchOutcome>;

/** Outcomes that say something of the machine, not of the package: worth another attempt when the machine is in order. */
export const MACHINE_OUTCOMES: readonly BatchOutcome[] = ["environment-error", "tracer-error"];

/** Outcomes that are results. */
const RESULTS: readonly BatchOutcome[] = ["analyzed", "observed", "already-measured"];

export function isResult(outcome: BatchOutcome): boolean {
  return RESULTS.includes(outcome);
}

/** Whether a measurement with this outcome need not be made again: it says something of the package. */
export function isAboutPackage(outcome: BatchOutcome): boolean {
  return !MACHINE_OUTCOMES.includes(outcome) && outcome !== "unknown-package";
}
