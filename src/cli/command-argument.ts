// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants, realpath, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "../errors.js";
import type { Command } from "../tracing/trace-request.js";

async function requireExecutable(path: string): Promise<string> {
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

async function searchPath(name: string): Promise<string> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(directory === "" ? "." : directory, name);
    const found = await requireExecutable(resolve(candidate)).catch(() => undefined);
    if (found !== undefined) {
      return found;
    }
  }
  throw new UsageError(`${name}: no such program in PATH; install it, or give its path`);
}

/** The file that a command's first word stands for, as execvp(3) finds it. Throws UsageError, which says what is wrong. */
export async function findProgram(word: string): Promise<string> {
  return word.includes("/") ? requireExecutable(resolve(word)) : searchPath(word);
}

/** The file itself behind symbolic links. Throws as `findProgram` does. */
export async function resolveProgram(word: string): Promise<string> {
  return realpath(await findProgram(word));
}

/** The words after the options as a command. Throws UsageError when there are none, or the program cannot be executed. */
export async function requireCommand(words: readonly string[]): Promise<Command> {
  const [program, ...args] = words;
  if (program === undefined || program === "") {
    throw new UsageError("there is no command; give it after --");
  }
  await findProgram(program);
  return [program, ...args];
}

/**
 * A command that is given as one option: a file that exists is executed itself, everything else is for /bin/sh.
 * Throws UsageError for a file that cannot be executed.
 */
export async function parseCommandOption(option: string, text: string): Promise<Command> {
  if (text.trim() === "") {
    throw new UsageError(`${option} needs a program or a shell command`);
  }
  const path = resolve(text);
  const isFile = await stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
  return isFile ? [await requireExecutable(path)] : ["/bin/sh", "-c", text];
}
