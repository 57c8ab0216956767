// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import type { Environment } from "../tracing/trace-request.js";

/** A line of a recipe of debian/rules, as make runs it: one shell each. */
export interface RecipeLine {
  readonly target: string;
  /** As it is written, continuation lines included, with the target's name in place of `$@`. */
  readonly text: string;
  /** With all variables replaced by their values. */
  readonly expanded: string;
}

type UnexpandedLine = Omit<RecipeLine, "expanded">;

/** A goal without prerequisites and without a recipe: make reads debian/rules and runs nothing of it. */
const NOTHING = "loupe-nothing";
/** Marks in make's output what we asked for; other text may come from $(info) of debian/rules itself. */
const MARK = "loupe-recipe-line:";

/** Runs make so that it only reads debian/rules. The exit status says nothing: `-q` makes it 1 for a goal that has never been made. */
async function readByMake(tree: string, environment: Environment, options: readonly string[]): Promise<string> {
  const { stdout } = await execa(
    "make",
    ["-f", "debian/rules", "--question", `--eval=${NOTHING}:`, ...options, NOTHING],
    {
      cwd: tree,
      env: { ...environment, LC_ALL: "C" },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    },
  );
  return stdout;
}

/** Variables that are known only while a recipe runs; what has them (but for `$@`) cannot be run by itself. */
const AUTOMATIC = /\$[(@%<?^+|*{]?[@%<?^+|*][DF]?[)}]?/;

/** The target's name in place of `$@`. Undefined where the line needs other variables of that kind. */
function makeIndependent(target: string, text: string): string | undefined {
  const named = text.replace(/\$(?:@|\(@\)|\{@\})/g, () => target.replaceAll("$", () => "$$"));
  return AUTOMATIC.test(named.replaceAll("$$", "")) ? undefined : named;
}

/**
 * The recipe lines in what `make --print-data-base` prints. Each recipe follows its target, after comments:
 *
 *     build-stamp: configure-stamp
 *     #  recipe to execute (from 'debian/rules', line 113):
 *     	$(MAKE) test
 *
 * A blank line ends a target's entry, but within a recipe it begins with a tabulator.
 */
export function parseDataBase(text: string): readonly UnexpandedLine[] {
  const found: UnexpandedLine[] = [];
  let target: string | undefined;
  let inRecipe = false;
  let continued: string | undefined;
  for (const line of text.split("\n")) {
    if (continued === undefined && line.startsWith("#  recipe to execute")) {
      inRecipe = true;
    } else if (continued === undefined && !line.startsWith("\t")) {
      inRecipe = inRecipe && line.startsWith("#");
      target = /^([^#\s:=][^:=]*?)\s*::?(?!=)/.exec(line)?.[1] ?? (line === "" ? undefined : target);
    } else if (inRecipe && target !== undefined) {
      const whole: string = continued === undefined ? line.slice(1) : `${continued}\n${line}`;
      continued = whole.endsWith("\\") ? whole : undefined;
      const independent = continued === undefined ? makeIndependent(target, whole) : undefined;
      if (independent !== undefined && independent.trim() !== "") {
        found.push({ target, text: independent });
      }
    }
  }
  return found;
}

/** make's own expansion of each line. A `define` keeps the text as it is until $(info) expands it. */
async function expand(
  tree: string,
  environment: Environment,
  lines: readonly UnexpandedLine[],
): Promise<readonly RecipeLine[]> {
  const definitions = lines.map(({ text }, index) => `define loupe_line_${index}\n${text}\nendef`).join("\n");
  const printing = lines.map((_, index) => `$(info ${MARK}${index}:$(loupe_line_${index}))`).join("\n");
  // In a recipe, which is expanded when all of debian/rules has been read.
  const recipe = `${definitions}\ndefine loupe_print\n${printing}\nendef\n${NOTHING}: ; $(loupe_print)`;
  const output = await readByMake(tree, environment, [`--eval=${recipe}`]);
  const values = new Map<number, string>();
  for (const part of output.split(new RegExp(`^${MARK}`, "m")).slice(1)) {
    const [, index, value = ""] = /^(\d+):([\s\S]*)$/.exec(part) ?? [];
    values.set(Number(index), value);
  }
  return lines.map((line, index) => ({ ...line, expanded: values.get(index) ?? line.text }));
}

/**
 * All lines of all recipes of debian/rules and the makefiles that it includes, in this environment. Lines that make sense only
 * within the run of their target are left out. make reads the files, and runs nothing but their $(shell).
 */
export async function readRecipes(tree: string, environment: Environment): Promise<readonly RecipeLine[]> {
  const lines = parseDataBase(
    await readByMake(tree, environment, ["--print-data-base", "--no-builtin-rules", "--no-builtin-variables"]),
  );
  return lines.length === 0 ? [] : expand(tree, environment, lines);
}
