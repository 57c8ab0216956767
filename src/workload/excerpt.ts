// SPDX-License-Identifier: GPL-3.0-or-later
// Some test scripts of a suite, run without the others.
import type { Environment } from "../tracing/trace-request.js";
import type { TestResults } from "./test-results/test-results.js";
import type { ScriptStart, TestScript } from "./test-script.js";
import type { SuiteWorkload } from "./workload.js";

/** Each argument is a script; one that cannot be run makes the whole fail, what its test says is in its result file. */
const RUN_ALL = 'failed=0; for script do /bin/sh -c "$script" || failed=1; done; exit "$failed"';

/** What execve(2) takes: MAX_ARG_STRLEN, and a part of the least that all arguments and variables may have at the usual limit of the stack. */
const MOST_ARGUMENT_BYTES = 128 * 1024 - 1;
const MOST_COMMAND_BYTES = 1024 * 1024;

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function listEntries(environment: Environment): readonly string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** What all of them have in common, without what dash(1) does not pass on. */
function intersect([first, ...others]: readonly Environment[]): Environment {
  const isCommon = ([name, value]: [string, string]): boolean =>
    /^[A-Za-z_]\w*$/.test(name) && others.every((other) => other[name] === value);
  return Object.fromEntries(Object.entries(first ?? {}).filter(isCommon));
}

/** A shell's text that starts a script's driver as it was started in the suite, by exec, with `common` being there already. */
function formatStart({ directory, command, environment, copies }: ScriptStart, common: Environment): string {
  const own = listEntries(environment).filter((entry) => !listEntries(common).includes(entry));
  // dash(1) knows no descriptors of two digits.
  const redirections = [...copies].filter(([copy]) => copy < 10).map(([copy, of]) => `exec ${copy}>&${of} && `);
  const words = [...(own.length > 0 ? ["/usr/bin/env", ...own] : []), ...command];
  return `cd ${quote(directory)} && ${redirections.join("")}exec ${words.map(quote).join(" ")}`;
}

/**
 * A suite of these scripts alone, one after the other. Their drivers are started as they were in the whole suite, without make: in a tree in which the
 * suite has run. Whether they pass so has to be tried. Undefined where it would not be a command that can be executed.
 */
export function excerptSuite(workload: SuiteWorkload, scripts: readonly TestScript[]): SuiteWorkload | undefined {
  const common = intersect(scripts.map(({ start }) => start.environment));
  const texts = scripts.map(({ start }) => formatStart(start, common));
  const sizes = [...texts, ...listEntries(common)].map((text) => Buffer.byteLength(text) + 1);
  if (Math.max(...sizes) > MOST_ARGUMENT_BYTES || sizes.reduce((sum, size) => sum + size, 0) > MOST_COMMAND_BYTES) {
    return undefined;
  }
  return { ...workload, command: ["/bin/sh", "-c", RUN_ALL, "sh", ...texts], environment: common };
}

/** What a run of the whole says of the tests of these scripts. */
export function excerptResults(results: TestResults, scripts: readonly TestScript[]): TestResults {
  const names = new Set(scripts.flatMap(({ tests }) => tests));
  return { ...results, tests: new Map([...results.tests].filter(([name]) => names.has(name))) };
}
