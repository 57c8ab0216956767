// SPDX-License-Identifier: GPL-3.0-or-later
import { listScripts, type TestScript } from "../workload/excerpt.js";
import type { AnalysisContext } from "./analysis-context.js";
import type { Baseline } from "./baseline.js";
import { LEAST_SECONDS } from "./patience.js";

/**
 * The test scripts of which excerpts are made, as far as the baseline tells; none where that would not save anything. Without sandboxes, a run
 * that is ended would leave the tree without logs that the next excerpt needs: there are none then, either.
 */
export function listSeparateScripts(
  { isolation }: Pick<AnalysisContext, "isolation">,
  { longestSeconds, expected }: Pick<Baseline, "longestSeconds" | "expected">,
): readonly TestScript[] {
  const results = expected.tests.at(-1);
  if (isolation.sandbox === undefined || longestSeconds < LEAST_SECONDS || results === undefined) {
    return [];
  }
  const scripts = listScripts(results);
  return scripts.length > 1 ? scripts : [];
}
