// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** An example of a man page: shell commands, and why they are not run with the others, where they are not. */
export interface Example {
  readonly commands: string;
  readonly notRun?: string;
}

const MAN = fileURLToPath(new URL("../../man/", import.meta.url));

export function manPagePath(page: string): string {
  return `${MAN}${page}`;
}

/** groff_char(7): the escapes that our pages use. */
function unescapeRoff(text: string): string {
  return text
    .replaceAll("\\-", "-")
    .replaceAll("\\(aq", "'")
    .replaceAll("\\(dq", '"')
    .replaceAll("\\~", " ")
    .replaceAll("\\&", "")
    .replaceAll("\\e", "\\");
}

/** The options that have a paragraph (`.TP`, then `.B`, `.BI` or `.BR`) in the page, without their arguments. */
export function readOptions(page: string): Set<string> {
  const options = new Set<string>();
  const source = readFileSync(manPagePath(page), "utf8");
  for (const [, tag] of source.matchAll(/^\.T[PQ]\n\.B[IR]? (\\-.*)$/gm)) {
    for (const [option] of unescapeRoff(tag ?? "").matchAll(/(?<![\w-])--?[A-Za-z][\w-]*/g)) options.add(option);
  }
  return options;
}

/**
 * The `.EX` blocks of the section EXAMPLES. Each must be marked by a comment just before it: `tested`, `not run: REASON`, or
 * `tested in a package: FILE`, the test that runs it; an unmarked one is an error.
 */
export function readExamples(page: string): Example[] {
  const source = readFileSync(manPagePath(page), "utf8");
  const section = source.split(/^\.SH EXAMPLES$/m)[1]?.split(/^\.SH /m)[0] ?? "";
  const blocks = [...section.matchAll(/^(.*)\n\.EX\n([\s\S]*?)^\.EE$/gm)];
  return blocks.map(([, mark = "", body = ""]) => {
    const commands = unescapeRoff(body);
    const notRun = /^\.\\" (?:not run|tested in a package): (.+)$/.exec(mark)?.[1];
    if (notRun !== undefined) return { commands, notRun };
    if (mark !== '.\\" tested')
      throw new Error(
        `${page}: mark the example as tested, "not run: REASON" or "tested in a package: FILE": ${commands}`,
      );
    return { commands };
  });
}

/** The options that a `--help` lists: those at the start of its indented lines. */
export function readHelpOptions(help: string): Set<string> {
  const options = new Set<string>();
  for (const [, list] of help.matchAll(/^ +(-[^\n]*)/gm)) {
    const names = /^(?:--?[A-Za-z][\w-]*(?:[ =]?[<[A-Z][^ ,]*)?(?:, +)?)+/.exec(list ?? "")?.[0] ?? "";
    for (const [option] of names.matchAll(/(?<![\w-])--?[A-Za-z][\w-]*/g)) options.add(option);
  }
  return options;
}
