// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants, open, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "../errors.js";

/** As much of a script's first line as the kernel reads (execve(2)). */
const FIRST_LINE_BYTES = 256;

/** The interpreter of a script; undefined for all other programs, and for those that may be executed but not read. */
async function readInterpreter(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  try {
    const start = await file?.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    return /^#![ \t]*([^\s\0]+)/.exec(start?.buffer.toString("latin1") ?? "")?.[1];
  } finally {
    await file?.close();
  }
}

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
  const interpreter = await readInterpreter(path);
  if (interpreter !== undefined) {
    await access(interpreter, constants.X_OK).catch((cause) => {
      throw new UsageError(`${path}: its interpreter ${interpreter} cannot be executed; correct its first line`, {
        cause,
      });
    });
  }
  return path;
}

/** Where a command's first word is looked for. */
export interface SearchPlace {
  readonly directory: string;
  /** As in the environment variable PATH. */
  readonly searchPath: string | undefined;
}

/** Where Debian has programs (Filesystem Hierarchy Standard); PATH of an ordinary user leaves some of them out. */
const USUAL_DIRECTORIES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/games"];

/** Why a word was not found: what is in the way in PATH, or in which other directory such a program is. */
async function explainMissing(word: string, refusals: readonly string[], searched: readonly string[]): Promise<string> {
  const [refusal] = refusals;
  if (refusal !== undefined) {
    return `${word}: no program of this name in PATH can be executed: ${refusal}`;
  }
  for (const directory of USUAL_DIRECTORIES.filter((usual) => !searched.includes(usual))) {
    const candidate = join(directory, word);
    if ((await requireExecutable(candidate).catch(() => undefined)) !== undefined) {
      return `${word}: no such program in PATH, but there is ${candidate}: give that path, or add ${directory} to PATH`;
    }
  }
  const where = searched.length === 0 ? "PATH, which is empty" : `PATH (${searched.join(", ")})`;
  return `${word}: no such program in ${where}; install it, or give its path`;
}

/** The file that a command's first word stands for, as execvp(3) finds it. Throws UsageError, which says what is wrong. */
export async function findProgram(word: string, { directory, searchPath }: SearchPlace): Promise<string> {
  if (word.includes("/")) {
    return requireExecutable(resolve(directory, word));
  }
  const searched =
    (searchPath ?? "") === "" ? [] : (searchPath ?? "").split(delimiter).map((entry) => resolve(directory, entry));
  const refusals: string[] = [];
  for (const entry of searched) {
    const candidate = join(entry, word);
    try {
      return await requireExecutable(candidate);
    } catch (error) {
      // A directory of that name is not in the way; a file is what the user may have meant.
      if (error instanceof UsageError && (await stat(candidate).catch(() => undefined))?.isFile()) {
        refusals.push(error.message);
      }
    }
  }
  throw new UsageError(await explainMissing(word, refusals, searched));
}
