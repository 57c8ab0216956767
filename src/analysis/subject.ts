// SPDX-License-Identifier: GPL-3.0-or-later

import { listScripts, type TestScript } from "../workload/excerpt.js";
import type { Expectation } from "../workload/expectation.js";
import type { Workload } from "../workload/workload.js";
import type { AnalysisContext } from "./analysis-context.js";
import { type Baseline, toKnownEnds } from "./baseline.js";
import type { KnownEnds } from "./blame.js";
import type { RunLimits } from "./run-limits.js";

/** What experiments are made on, and how it is when nothing is interposed: the whole workload, or an excerpt of it. */
export interface Subject {
  readonly workload: Workload;
  /** What the journal calls the excerpt; absent for the whole. */
  readonly excerpt?: string;
  /** The test scripts that can be run without the others: of an excerpt, those that it consists of. */
  readonly scripts: readonly TestScript[];
  /** About how long a passing run takes. */
  readonly passSeconds: number;
  /** Of runs, as long as the machine is as it was. */
  readonly limits: RunLimits;
  readonly expected: Expectation;
  /** How considered programs end. */
  readonly ends: KnownEnds;
}

/**
 * The whole workload as experiments see it. Without sandboxes, a run that is ended would leave the tree without logs that the next excerpt
 * needs: there no script is run without the others.
 */
export function toSubject(
  { workload, isolation }: Pick<AnalysisContext, "workload" | "isolation">,
  baseline: Baseline,
): Subject {
  const { longestSeconds, limits, expected } = baseline;
  const results = isolation.sandbox === undefined ? undefined : expected.tests.at(-1);
  const scripts = results === undefined ? [] : listScripts(results);
  return { workload, scripts, passSeconds: longestSeconds, limits, expected, ends: toKnownEnds(baseline) };
}
