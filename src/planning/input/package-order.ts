// SPDX-License-Identifier: GPL-3.0-or-later
import { PlanningInputError, quoteWord, readTextLines } from "./text-file.js";

/**
 * Reads the order in which an operating system really gained packages: one name a line, `#` comments. Throws PlanningInputError
 * with file and line: not readable, several words, a package that is there twice, no package.
 */
export async function readPackageOrder(file: string): Promise<readonly string[]> {
  const lines = await readTextLines(file);
  const seen = new Set<string>();
  for (const { number, text } of lines) {
    if (/\s/.test(text)) {
      throw new PlanningInputError(`${file}:${number}: ${quoteWord(text)} is not the name of a package`);
    }
    if (seen.has(text)) {
      throw new PlanningInputError(`${file}:${number}: ${quoteWord(text)} is there already`);
    }
    seen.add(text);
  }
  if (seen.size === 0) {
    throw new PlanningInputError(`${file}: it names no package`);
  }
  return [...seen];
}
