// SPDX-License-Identifier: GPL-3.0-or-later
// Some test scripts of a suite, run without the others.
import { LEVEL_SEPARATOR, type TestResults } from "./test-results/test-results.js";
import type { SuiteWorkload } from "./workload.js";

/** A test script that can be run without the others. */
export interface TestScript {
  /** A path relative to the tree, without suffix. */
  readonly name: string;
  /** The tests that it reports, by the names of TestResults. */
  readonly tests: readonly string[];
  /** About how long it takes. */
  readonly seconds: number;
}

/**
 * The scripts of a suite that can be run without the others, as far as a run's results tell: those of Automake's parallel harness. A script
 * takes from the end of the one before it to its own end; where several go side by side, that is too little.
 */
export function listScripts({ scripts, tests }: TestResults): readonly TestScript[] {
  const reported = new Map<string, string[]>();
  for (const test of tests.keys()) {
    const [script = test] = test.split(LEVEL_SEPARATOR);
    reported.set(script, [...(reported.get(script) ?? []), test]);
  }
  let before = 0;
  return [...scripts]
    .sort(([, one], [, other]) => one - other)
    .map(([name, end]) => {
      const seconds = end - before;
      before = end;
      return { name, tests: reported.get(name) ?? [], seconds };
    });
}

/**
 * The script whose test the suite's output calls `reported`: relative to where make runs, and with a suffix that the result file may not have.
 * Where several directories have one, the second that is reported by a name is the second of them. It is a guess by which a search is led.
 */
export function findScript(scripts: readonly TestScript[], reported: string): TestScript | undefined {
  const [, base = reported, occurrence = "1"] = /^(.*?)(?: \((\d+)\))?$/.exec(reported) ?? [];
  const [path = base] = base.split(LEVEL_SEPARATOR);
  const names = [path, path.replace(/\.[^./]*$/, "")];
  const candidates = scripts.filter(({ name }) =>
    names.some((candidate) => name === candidate || name.endsWith(`/${candidate}`)),
  );
  return scripts.find(({ name }) => name === path) ?? candidates[Number(occurrence) - 1];
}

/** The scripts that tests are reported of, also where the output alone is left of a run that was ended. */
export function listEnded(
  scripts: readonly TestScript[],
  tests: TestResults["tests"] = new Map(),
): ReadonlySet<TestScript | undefined> {
  return new Set([...tests.keys()].map((name) => findScript(scripts, name)));
}

/** A definition in MAKEFLAGS overrides that of the makefile, in every make below, too ("Communicating Options to a Sub-make", GNU make). */
function addDefinition(flags = "", definition: string): string {
  return flags.includes(" -- ") ? `${flags} ${definition}` : `${flags} -- ${definition}`;
}

/** Removes the files that are named before `--`, by a program that is not the package's, and runs what comes after it. */
const REMOVE_AND_RUN =
  'until [ "$1" = -- ]; do PATH=/usr/bin:/bin rm -f -- "$1" || exit; shift; done; shift; exec "$@"';

/**
 * The suite's command so that it runs these scripts alone. The harness makes a script's log anew only where there is none, when it is told to
 * keep the others (RECHECK_LOGS, "Parallel Test Harness" in Automake's manual); so it takes a tree in which the suite has run. Whether it
 * works has to be tried: suites can be started in ways that do not heed this.
 */
export function excerptSuite(workload: SuiteWorkload, scripts: readonly TestScript[]): SuiteWorkload {
  const { command, directory, environment } = workload;
  const files = scripts.flatMap(({ name }) => [".trs", ".log"].map((suffix) => `${directory}/${name}${suffix}`));
  return {
    ...workload,
    command: ["/bin/sh", "-c", REMOVE_AND_RUN, "sh", ...files, "--", ...command],
    environment: { ...environment, MAKEFLAGS: addDefinition(environment.MAKEFLAGS, "RECHECK_LOGS=") },
  };
}

/** What a run of the whole says of the tests of these scripts. */
export function excerptResults(results: TestResults, scripts: readonly TestScript[]): TestResults {
  const names = new Set(scripts.flatMap(({ tests }) => tests));
  return { ...results, tests: new Map([...results.tests].filter(([name]) => names.has(name))) };
}
