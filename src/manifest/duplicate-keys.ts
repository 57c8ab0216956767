// SPDX-License-Identifier: GPL-3.0-or-later

/** What matters between strings: the beginning and the end of objects. */
const NEXT = /["{}]/g;
const COLON = /\s*:/y;

/** Where the string that begins at `start` ends, behind its quote. By hand: a long string is too much for a regular expression. */
function findEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") {
      backslashes++;
    }
    if (backslashes % 2 === 0) {
      return quote + 1;
    }
  }
}

/**
 * The first key that an object of a JSON text has twice, undefined where none has. JSON.parse() takes the last of them and others take the
 * first, so that such a text says something else to each. The text must be one that JSON.parse() understands.
 */
export function findDuplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  NEXT.lastIndex = 0;
  for (let match = NEXT.exec(text); match !== null; match = NEXT.exec(text)) {
    const [token] = match;
    if (token === "{") {
      open.push(new Set());
    } else if (token === "}") {
      open.pop();
    } else {
      const end = findEnd(text, match.index);
      NEXT.lastIndex = end;
      COLON.lastIndex = end;
      if (COLON.test(text)) {
        // A key may be written in several ways: "a" and "\u0061" are the same.
        const key = JSON.parse(text.slice(match.index, end)) as string;
        const keys = open.at(-1);
        if (keys?.has(key)) {
          return key;
        }
        keys?.add(key);
      }
    }
  }
  return undefined;
}
