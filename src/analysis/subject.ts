// SPDX-License-Identifier: GPL-3.0-or-later
import type { Expectation } from "../workload/expectation.js";
import type { Workload } from "../workload/workload.js";
import { type Baseline, toKnownEnds } from "./baseline.js";
import type { KnownEnds } from "./blame.js";
import type { RunLimits } from "./run-limits.js";

/** What experiments are made on, and how it is when nothing is interposed: the whole workload, or an excerpt of it. */
export interface Subject {
  readonly workload: Workload;
  /** What the journal calls the excerpt; absent for the whole. */
  readonly excerpt?: string;
  /** About how long a passing run takes. */
  readonly passSeconds: number;
  /** Of runs, as long as the machine is as it was. */
  readonly limits: RunLimits;
  readonly expected: Expectation;
  /** How considered programs end. */
  readonly ends: KnownEnds;
}

/** The whole workload as experiments see it. */
export function toSubject(workload: Workload, baseline: Baseline): Subject {
  const { longestSeconds, limits, expected } = baseline;
  return { workload, passSeconds: longestSeconds, limits, expected, ends: toKnownEnds(baseline) };
}
