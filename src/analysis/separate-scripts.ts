// SPDX-License-Identifier: GPL-3.0-or-later
import { listScripts, type TestScript } from "../workload/test-script.js";
import type { AnalysisContext } from "./analysis-context.js";
import type { Baseline } from "./baseline.js";
import { LEAST_SECONDS } from "./patience.js";

/** What is known of a suite's test scripts. */
export interface SeparateScripts {
  /** Those of which excerpts are made; none where that would not save anything. */
  readonly scripts: readonly TestScript[];
  /** Those in which considered programs are executed, where that leaves some out: the others are the same whatever is treated. */
  readonly concerned: readonly TestScript[];
}

const NONE: SeparateScripts = { scripts: [], concerned: [] };

function listConcerned(
  scripts: readonly TestScript[],
  { report }: Pick<Baseline["observation"], "report">,
): readonly TestScript[] {
  const isOutside = report.executables.some(
    ({ considered, execsOutsideScripts }) => considered && execsOutsideScripts !== 0,
  );
  const concerned = scripts.filter(({ isConcerned }) => isConcerned);
  const isKnown = concerned.length === report.scripts.filter(({ considered }) => considered).length;
  return isOutside || !isKnown || concerned.length === scripts.length ? [] : concerned;
}

/**
 * The test scripts of a workload that takes a while, as far as the observation tells. Without sandboxes, a run that is ended would leave the tree
 * without results that the next excerpt needs: there are none then.
 */
export function listSeparateScripts(
  { isolation, workload }: Pick<AnalysisContext, "isolation" | "workload">,
  { longestSeconds, observation }: Pick<Baseline, "longestSeconds" | "observation">,
): SeparateScripts {
  const { report, tests } = observation;
  if (isolation.sandbox === undefined || longestSeconds < LEAST_SECONDS || tests === undefined) {
    return NONE;
  }
  const scripts = listScripts(report.scripts, tests, workload.directory);
  return scripts.length > 1 ? { scripts, concerned: listConcerned(scripts, observation) } : NONE;
}
