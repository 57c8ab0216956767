// SPDX-License-Identifier: GPL-3.0-or-later

import type { Expectation } from "../workload/expectation.js";
import type { TestScript } from "../workload/test-script.js";
import type { Workload } from "../workload/workload.js";
import type { AnalysisContext } from "./analysis-context.js";
import { type Baseline, toKnownEnds } from "./baseline.js";
import type { KnownEnds } from "./blame.js";
import type { RunLimits } from "./run-limits.js";
import { listSeparateScripts } from "./separate-scripts.js";

/** What experiments are made on, and how it is when nothing is interposed: the whole workload, or an excerpt of it. */
export interface Subject {
  readonly workload: Workload;
  /** `concerned`: the tests that treatments can change, which is as good as the whole. */
  readonly scope: "whole" | "concerned" | "excerpt";
  /** What the journal calls the excerpt; absent for the whole. */
  readonly excerpt?: string;
  /** Of the whole, the test scripts that excerpts are made of; of an excerpt, those that it consists of. */
  readonly scripts: readonly TestScript[];
  /** Of the whole, the scripts that treatments can change, where these are not all; none for an excerpt. */
  readonly concerned: readonly TestScript[];
  /** About how long a passing run takes. */
  readonly passSeconds: number;
  /** Of runs, as long as the machine is as it was. */
  readonly limits: RunLimits;
  readonly expected: Expectation;
  /** How considered programs end. */
  readonly ends: KnownEnds;
}

/** The whole workload as experiments see it. */
export function toSubject(context: Pick<AnalysisContext, "workload" | "isolation">, baseline: Baseline): Subject {
  const { longestSeconds, limits, expected } = baseline;
  return {
    workload: context.workload,
    scope: "whole",
    ...listSeparateScripts(context, baseline),
    passSeconds: longestSeconds,
    limits,
    expected,
    ends: toKnownEnds(baseline),
  };
}
