// SPDX-License-Identifier: GPL-3.0-or-later
// The test scripts of a suite that can be run without the others: those of Automake's parallel harness, as the tracer saw them started.
import { relative, resolve } from "node:path";
import type { TracedScript } from "../tracing/trace-report.js";
import type { Environment } from "../tracing/trace-request.js";
import { LEVEL_SEPARATOR, type TestResults } from "./test-results/test-results.js";

/** How a script's driver was started. */
export interface ScriptStart {
  readonly directory: string;
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Descriptors that are open on the same as standard output (1) or standard error (2). */
  readonly copies: ReadonlyMap<number, number>;
}

/** A test script that can be run without the others. */
export interface TestScript {
  /** A path relative to the tree, without suffix. */
  readonly name: string;
  /** The tests that it reports, by the names of TestResults. */
  readonly tests: readonly string[];
  /** How long it took. */
  readonly seconds: number;
  /** Whether a considered program is executed in it. */
  readonly isConcerned: boolean;
  readonly start: ScriptStart;
}

/** The name of the file that receives a script's results ("Command-line arguments for test drivers", Automake's manual). */
function findResultFile({ arguments: words }: TracedScript): string | undefined {
  const [option, following] = words.slice(words.findIndex((word) => /^--trs-file(=|$)/.test(word)));
  return option?.includes("=") ? option.slice(option.indexOf("=") + 1) : following;
}

/** What make tells the makes below about the processes that they share: it is not there any more when a script runs alone. */
function forgetJobs(name: string, value: string): string {
  return name === "MAKEFLAGS" || name === "MFLAGS"
    ? value.replaceAll(/(^| )(-j\d*|--jobserver-(auth|fds)=\S+)(?= |$)/g, "")
    : value;
}

function readEnvironment(entries: readonly string[]): Environment {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const [, name, value = ""] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
      return name === undefined ? [] : [[name, forgetJobs(name, value)]];
    }),
  );
}

/** The tracer keeps bytes that are no UTF-8 as surrogates, which cannot be given to a program again. */
function canBeRepeated({ arguments: words, environment }: TracedScript): boolean {
  return ![...words, ...environment].some((text) => /\p{Surrogate}/u.test(text));
}

/**
 * The scripts that a run of the suite in `tree` has executed and reported tests of, in the order in which they were started. A script that was run
 * several times counts as the last time.
 */
export function listScripts(
  traced: readonly TracedScript[],
  { tests }: TestResults,
  tree: string,
): readonly TestScript[] {
  const reported = new Map<string, string[]>();
  for (const test of tests.keys()) {
    const [script = test] = test.split(LEVEL_SEPARATOR);
    reported.set(script, [...(reported.get(script) ?? []), test]);
  }
  const scripts = new Map<string, TestScript>();
  for (const script of traced) {
    const file = findResultFile(script);
    const name = file && relative(tree, resolve(script.directory, file)).replace(/\.trs$/, "");
    const names = name === undefined ? undefined : reported.get(name);
    if (name !== undefined && names !== undefined && script.ended !== undefined && canBeRepeated(script)) {
      const { directory, arguments: command, environment, copies, started, ended, considered } = script;
      scripts.delete(name);
      scripts.set(name, {
        name,
        tests: names,
        seconds: ended - started,
        isConcerned: considered,
        start: { directory, command, environment: readEnvironment(environment), copies },
      });
    }
  }
  return [...scripts.values()];
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
