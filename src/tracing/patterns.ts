// SPDX-License-Identifier: GPL-3.0-or-later

/** A bracket expression at this place of a glob as a regular expression, or undefined where the bracket is literal. */
function translateBracket(glob: string, start: number): { source: string; next: number } | undefined {
  const match = /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(start));
  if (match === null) {
    return undefined;
  }
  const [whole, negation = "", content = ""] = match;
  const escaped = content.replace(/[\\\]^[]/g, "\\$&");
  return { source: `[${negation === "" ? "" : "^"}${escaped}]`, next: start + whole.length };
}

/** Globs as fnmatch(3) without FNM_PATHNAME understands them: `*` and `?` match `/` too. */
function compileGlob(glob: string): RegExp {
  let source = "";
  for (let index = 0; index < glob.length; ) {
    const character = glob[index] as string;
    const bracket = character === "[" ? translateBracket(glob, index) : undefined;
    if (bracket !== undefined) {
      source += bracket.source;
      index = bracket.next;
    } else if (character === "*" || character === "?") {
      source += character === "*" ? "[^]*" : "[^]";
      index += 1;
    } else {
      source += character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      index += 1;
    }
  }
  return new RegExp(`^${source}$`, "s");
}

/** Tells whether a text has characters that make it a glob. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * Tells whether a pattern of `--consider` (an absolute path or a glob) names an executable, by the same rule as the
 * tracer: any of its paths matches.
 */
export function matchesPattern(pattern: string, paths: readonly string[]): boolean {
  if (!isGlob(pattern)) {
    return paths.includes(pattern);
  }
  const expression = compileGlob(pattern);
  return paths.some((path) => expression.test(path));
}
