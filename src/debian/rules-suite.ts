// SPDX-License-Identifier: GPL-3.0-or-later
import type { Environment } from "../tracing/trace-request.js";
import { readMissingVariables } from "./architecture.js";
import type { Variables } from "./build-options.js";
import { type DhStep, keepForStep } from "./dh-step.js";
import { readRecipes } from "./rules-recipes.js";

/** Where a command's own name may stand in a line of shell. */
const START = String.raw`(?:^|[\s;&|(){}"'=/@+-])`;
/** Words of the same command. */
const WORDS = String.raw`(?:\s[^;&|]*)?`;
const END = String.raw`(?=$|[\s;&|)}"'])`;

/** Commands that run a test suite, as rules that do without dh call them. */
const SUITE_COMMANDS: readonly RegExp[] = [
  "dh_auto_test",
  String.raw`g?make${WORDS}(?<!\s-[CfIoW])\s(?:check|test|tests)`,
  String.raw`ninja${WORDS}\stest`,
  String.raw`meson\s+test`,
  "ctest",
  "prove",
  String.raw`Build\s+test`,
  String.raw`(?:py\.test|pytest)(?:-3)?`,
  String.raw`setup\.py${WORDS}\stest`,
].map((command) => new RegExp(`${START}${command}${END}`));

/** Lines that name such a command without running it: clean-up, messages, checks of what is there. */
const NOT_RUN = /^[-@+\s]*(?:rm|echo|printf|touch|mkdir|test|dh_testdir|:)\s[^;&|]*$/;

/** Whether a line of shell runs a test suite. */
export function runsSuite(line: string): boolean {
  return !NOT_RUN.test(line) && SUITE_COMMANDS.some((command) => command.test(line));
}

const GOAL = "loupe-test";

/** Recipes say `-$(MAKE) test` so that a failing suite does not fail the build; an analysis has to know whether it fails. */
function minded(text: string): string {
  return text.replace(/^[-@+\s]+/, (prefix) => prefix.replaceAll("-", "").trimStart());
}

/**
 * The test step of a package whose rules do without dh: those lines of debian/rules that run a suite, as a target of their own
 * beside it, so that they see its variables and exports. Undefined where there is no such line. `environment` is the build's.
 */
export async function prepareRulesStep(tree: string, variables: Variables): Promise<DhStep | undefined> {
  const environment: Environment = { ...(await readMissingVariables(variables)), ...keepForStep(variables) };
  const lines = (await readRecipes(tree, environment)).filter(({ expanded }) => runsSuite(expanded));
  const texts = [...new Set(lines.map(({ text }) => minded(text)))];
  if (texts.length === 0) {
    return undefined;
  }
  const rule = [`${GOAL}:`, ...texts.map((text) => `\t${text}`)].join("\n");
  return { command: ["debian/rules", `--eval=${rule}`, GOAL], directory: tree, environment };
}
