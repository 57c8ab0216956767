// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "../errors.js";

/** Returns the path of a program. Throws UsageError, which says what is wrong, where it cannot be executed. */
export async function requireExecutable(path: string): Promise<string> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`${path}: no such program; check its path`, { cause });
  });
  if (!status.isFile()) {
    throw new UsageError(`${path}: not a program but ${status.isDirectory() ? "a directory" : "a special file"}`);
  }
  await access(path, constants.X_OK).catch((cause) => {
    throw new UsageError(`${path}: not executable; chmod +x it, or name its interpreter first`, { cause });
  });
  return path;
}

/** Where a command's first word is looked for. */
export interface SearchPlace {
  readonly directory: string;
  /** As in the environment variable PATH. */
  readonly searchPath: string | undefined;
}

/** The file that a command's first word stands for, as execvp(3) finds it. Throws UsageError, which says what is wrong. */
export async function findProgram(word: string, { directory, searchPath }: SearchPlace): Promise<string> {
  if (word.includes("/")) {
    return requireExecutable(resolve(directory, word));
  }
  for (const entry of (searchPath ?? "").split(delimiter)) {
    const candidate = resolve(directory, join(entry === "" ? "." : entry, word));
    const found = await requireExecutable(candidate).catch(() => undefined);
    if (found !== undefined) {
      return found;
    }
  }
  throw new UsageError(`${word}: no such program in PATH; install it, or give its path`);
}
