// SPDX-License-Identifier: GPL-3.0-or-later
import { runAll } from "../run-all.js";
import { excerptResults, excerptSuite, listScripts, type TestScript } from "../workload/excerpt.js";
import type { RunResult } from "../workload/run-result.js";
import type { AnalysisRequest } from "./analysis.js";
import type { AnalysisContext } from "./analysis-context.js";
import { ExperimentRunner } from "./experiment-runner.js";
import { deriveLimits } from "./run-limits.js";
import { PRIORITY, type RunQueue } from "./run-queue.js";
import type { Subject } from "./subject.js";

/** An excerpt that takes more than this part of the whole saves too little. */
const MOST = 1 / 2;

/** So many plain runs, at the same time, tell how long it takes and whether it passes. */
const PLAIN_RUNS = 2;

/** An excerpt has none of its own. Without sandboxes, a run that is ended leaves the tree without logs that the next one needs. */
function listSeparate({ isolation }: AnalysisContext, { excerpt, expected }: Subject): readonly TestScript[] {
  const results = expected.tests.at(-1);
  const isPossible = excerpt === undefined && isolation.sandbox !== undefined && results !== undefined;
  return isPossible ? listScripts(results) : [];
}

/** Whether the subject's suite has test scripts that can be run without the others, as far as its results tell. */
export function canExcerpt(context: AnalysisContext, subject: Subject): boolean {
  return listSeparate(context, subject).length > 1;
}

/** The quickest of the scripts that report one of the tests: as many as take `seconds`, and at least one. */
function chooseScripts(
  scripts: readonly TestScript[],
  tests: readonly string[],
  seconds: number,
): readonly TestScript[] {
  const wanted = new Set(tests);
  const chosen: TestScript[] = [];
  let left = seconds;
  for (const script of [...scripts].sort((one, other) => one.seconds - other.seconds)) {
    left -= script.tests.some((test) => wanted.has(test)) ? script.seconds : 0;
    if (script.tests.some((test) => wanted.has(test)) && (chosen.length === 0 || left >= 0)) {
      chosen.push(script);
    }
  }
  return chosen;
}

/** The excerpt as it should be, with the limits of the whole. */
function describeExcerpt(whole: Subject, scripts: readonly TestScript[]): Subject | undefined {
  const { workload, expected } = whole;
  if (workload.form !== "suite" || scripts.length === 0) {
    return undefined;
  }
  return {
    ...whole,
    workload: excerptSuite(workload, scripts),
    excerpt: JSON.stringify(scripts.map(({ name }) => name).sort()),
    expected: { ...expected, tests: expected.tests.map((results) => excerptResults(results, scripts)) },
  };
}

/** Plain runs; those that an interrupted analysis has finished are not made again. */
async function runPlain(
  context: AnalysisContext<AnalysisRequest>,
  excerpt: Subject,
  queue: RunQueue,
): Promise<readonly RunResult[]> {
  const { journal } = context;
  const runner = new ExperimentRunner(context, excerpt, queue.jobs);
  const names = Array.from({ length: PLAIN_RUNS }, (_, index) => `excerpt-${index + 1} ${excerpt.excerpt}`);
  return runAll(names, async (name) => {
    const known = journal.findPlain(name);
    if (known !== undefined) {
      return known;
    }
    const result = await queue.wait(() => runner.runPlain(excerpt.limits), PRIORITY.probe);
    await journal.addPlain(name, result);
    return result;
  });
}

/**
 * The quickest of the scripts that report some tests, as many as take `seconds`, as something to make experiments on. Undefined where
 * they cannot be run without the others, do not pass so, or are most of the suite. Throws what runs throw.
 */
export async function measureExcerpt(
  context: AnalysisContext<AnalysisRequest>,
  whole: Subject,
  queue: RunQueue,
  { tests, seconds }: { readonly tests: readonly string[]; readonly seconds: number },
): Promise<Subject | undefined> {
  const scripts = chooseScripts(listSeparate(context, whole), tests, seconds);
  const excerpt = describeExcerpt(whole, scripts);
  if (excerpt === undefined) {
    return undefined;
  }
  const plain = await runPlain(context, excerpt, queue);
  const passSeconds = Math.max(...plain.map((run) => run.seconds));
  return plain.every(({ passed }) => passed) && passSeconds <= MOST * whole.passSeconds
    ? { ...excerpt, passSeconds, limits: deriveLimits(plain) }
    : undefined;
}
