// SPDX-License-Identifier: GPL-3.0-or-later
import { stripVTControlCharacters } from "node:util";

/** How much of a run's output is kept: enough for the report of a failing suite. */
export const LOG_TAIL_BYTES = 256 * 1024;

const QUOTED_LINES = 8;
const QUOTED_LINE_LENGTH = 200;

/**
 * The last lines of a log as they can be quoted in a sentence, a manifest or on a terminal: without terminal sequences
 * and control characters, without empty lines, each cut to a readable length.
 */
export function quoteLastLines(log: string): string {
  return (
    stripVTControlCharacters(log)
      .replace(/\r\n?/g, "\n")
      .split("\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken away
      .map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffd]+/gu, "?"))
      .map((line) => line.trimEnd())
      .filter((line) => line !== "")
      .slice(-QUOTED_LINES)
      .map((line) => (line.length > QUOTED_LINE_LENGTH ? `${line.slice(0, QUOTED_LINE_LENGTH)}...` : line))
      .join("\n")
  );
}
