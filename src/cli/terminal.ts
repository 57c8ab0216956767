// SPDX-License-Identifier: GPL-3.0-or-later
import { Chalk, type ChalkInstance, chalkStderr, supportsColor } from "chalk";

/** Where a text is going to be shown. */
export interface Terminal {
  readonly colors: ChalkInstance;
  /** Columns, or undefined where nobody knows: a file, a pipe. */
  readonly width: number | undefined;
}

function refusesColor(): boolean {
  // https://no-color.org: any value that is not empty.
  return (process.env.NO_COLOR ?? "") !== "";
}

/** The columns of a stream that is a terminal. One that does not know its size says 0. */
export function widthOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY && columns > 0 ? columns : undefined;
}

/** Standard output as a place for tables: colours only on a terminal, and never where NO_COLOR is set. */
export function describeStdout(): Terminal {
  const level = refusesColor() || supportsColor === false ? 0 : supportsColor.level;
  return { colors: new Chalk({ level }), width: widthOf(process.stdout) };
}

/** Colours for standard error. */
export function stderrColors(): ChalkInstance {
  return refusesColor() ? new Chalk({ level: 0 }) : chalkStderr;
}

/** Makes a text from a hostile place (a path, a log) fit to be shown: no control characters, no broken characters. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken away
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu, "?");
}
