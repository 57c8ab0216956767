// SPDX-License-Identifier: GPL-3.0-or-later

/** Commands whose arguments are a list, so that a command after `--` must not be added to it. */
const LISTS_BEFORE_COMMAND: readonly string[] = ["export"];

/** The words of a command line, cut at the first `--`. */
export interface Words {
  readonly own: readonly string[];
  /** What follows `--`. */
  readonly command: readonly string[];
}

/** Cuts the command line of a command that needs it; others get all of their words. */
export function splitCommand(words: readonly string[]): Words {
  const end = words.indexOf("--");
  return end === -1 || !LISTS_BEFORE_COMMAND.includes(words[0] ?? "")
    ? { own: words, command: [] }
    : { own: words.slice(0, end), command: words.slice(end + 1) };
}
