// SPDX-License-Identifier: GPL-3.0-or-later
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../errors.js";
import type { Command } from "../tracing/trace-request.js";
import { findProgram, requireExecutable } from "../workload/find-program.js";

function findHere(word: string): Promise<string> {
  return findProgram(word, { directory: process.cwd(), searchPath: process.env.PATH });
}

/** The file itself behind symbolic links. Throws UsageError where there is none. */
export async function resolveProgram(word: string): Promise<string> {
  return realpath(await findHere(word));
}

/** The words after the options as a command. Throws UsageError when there are none, or the program cannot be executed. */
export async function requireCommand(words: readonly string[]): Promise<Command> {
  const [program, ...args] = words;
  if (program === undefined || program === "") {
    throw new UsageError("there is no command; give it after --");
  }
  await findHere(program);
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
