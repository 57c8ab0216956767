// SPDX-License-Identifier: GPL-3.0-or-later
import { stripVTControlCharacters } from "node:util";

const NAME_LENGTH = 300;

/** What differs between two runs of the same test, and what stands for it in the name. */
const VOLATILE: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken away
  [/[\u0000-\u001f\u007f-\u009f]+/g, " "],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "UUID"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g, "TIME"],
  [/(?:\/var)?\/tmp\/[^\s"'\])},;:]+/g, "/tmp/*"],
  [/\b0x[0-9a-f]{6,16}\b/gi, "0x*"],
  [/\b(localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0):\d{1,5}\b/g, "$1:*"],
  [/\b(ports?|pid|process)([ =:]+)\d+\b/gi, "$1$2*"],
  [/\b\d+(?:\.\d+)?\s?%/g, "*%"],
  [/\b\d+(?:\.\d+)?\s?(?:ns|us|ms|s|secs?|seconds?|mins?|minutes?)\b/g, "TIME"],
  [/\s+/g, " "],
];

/** The name of a test without what changes from run to run: durations, temporary paths, addresses, ports, percentages. */
export function normalizeName(name: string): string {
  const bounded = stripVTControlCharacters(name.slice(0, 4 * NAME_LENGTH));
  return VOLATILE.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), bounded)
    .trim()
    .slice(0, NAME_LENGTH);
}
