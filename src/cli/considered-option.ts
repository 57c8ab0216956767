// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import { UsageError } from "../errors.js";

/** The rule of `--consider` in words, for --help. */
export const CONSIDER_HELP =
  "an executable whose calls count: a path (relative ones start at the current directory), a glob in which * matches / " +
  "too, or a name without a slash, which means every executable of that name; repeatable";

/**
 * The pattern for the tracer that a `--consider` option means. With a slash it is a path or glob, made absolute from the
 * current directory unless it starts with `/` or `*`; without one it is a file name, in whatever directory it is.
 * Throws UsageError for an empty option.
 */
export function toConsideredPattern(option: string, directory: string): string {
  if (option === "") {
    throw new UsageError("--consider needs a path, a glob or a name");
  }
  if (!option.includes("/")) {
    return option.startsWith("*") ? option : `*/${option}`;
  }
  return option.startsWith("*") ? option : resolve(directory, option);
}
