// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";

/** A word is made of parts: 'single quoted', "double quoted", or bare, with backslashes. */
const PART = /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<bare>(?:[^\s'"\\]|\\.)+)/sy;

/**
 * Splits a text into words by the quoting rules of the shell (POSIX 2.2), without any expansion.
 * Throws UsageError when a quote is not closed; `origin` names the text there.
 */
export function splitShellWords(text: string, origin: string): readonly string[] {
  const words: string[] = [];
  let index = 0;
  let word: string | undefined;
  while (index < text.length) {
    PART.lastIndex = index;
    const match = PART.exec(text);
    if (match !== null) {
      const { single, double, bare } = match.groups ?? {};
      word = (word ?? "") + (single ?? double?.replace(/\\([$`"\\])/g, "$1") ?? (bare ?? "").replace(/\\(.)/gs, "$1"));
      index = PART.lastIndex;
    } else if (/\s/.test(text.charAt(index))) {
      if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
      index += 1;
    } else {
      throw new UsageError(`${origin}: a quote or backslash is not closed: ${text.slice(index)}`);
    }
  }
  return word === undefined ? words : [...words, word];
}
