// SPDX-License-Identifier: GPL-3.0-or-later
import type { TraceReport } from "../tracing/trace-report.js";
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

/** Where tests that treatments can change take more than this part of the time of all, leaving out the others saves too little. */
export const MOST_CONCERNED = 4 / 5;

const NONE: SeparateScripts = { scripts: [], concerned: [] };

function addSeconds(scripts: readonly TestScript[]): number {
  return scripts.reduce((sum, { seconds }) => sum + seconds, 0);
}

/**
 * Considered programs that are executed elsewhere, or that go on when their script has ended, may be what other tests need. A test that depends
 * on what another one has done, and starts no considered program itself, is not seen here: so the whole is run once in any case.
 */
function listConcerned(
  scripts: readonly TestScript[],
  { executables, scripts: traced }: TraceReport,
): readonly TestScript[] {
  const isContained =
    executables.every(({ considered, execsOutsideScripts }) => !considered || execsOutsideScripts === 0) &&
    traced.every(({ outlived }) => !outlived);
  const concerned = scripts.filter(({ isConcerned }) => isConcerned);
  const areKnown = concerned.length === traced.filter(({ considered }) => considered).length;
  const isWorthIt = addSeconds(concerned) <= MOST_CONCERNED * addSeconds(scripts);
  return isContained && areKnown && isWorthIt ? concerned : [];
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
  return scripts.length > 1 ? { scripts, concerned: listConcerned(scripts, report) } : NONE;
}
