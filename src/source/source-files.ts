// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { describeCause } from "../describe-cause.js";
import { UsageError } from "../errors.js";

/** Larger files are tables that somebody generated. */
const LARGEST_FILE_BYTES = 8 * 1024 * 1024;

const EXTENSION = /\.[ch]$/;

/** What is no part of a package's own source. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", ".pc", ".svn", "node_modules"]);

/** A file of C source. */
export interface SourceFile {
  /** Below the directory that was asked for. */
  readonly path: string;
  readonly text: string;
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const lists = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        return LEFT_OUT.has(entry.name) ? [] : listFiles(path);
      }
      // Symbolic links would lead out of the tree, or in circles.
      return entry.isFile() && EXTENSION.test(entry.name) ? [path] : [];
    }),
  );
  return lists.flat().sort();
}

/**
 * Reads the C source files below a directory, one after the other, in the order of their paths. Throws UsageError where it is no
 * directory, or has none.
 */
export async function* readSourceFiles(directory: string): AsyncGenerator<SourceFile> {
  const status = await stat(directory).catch((cause) => {
    throw new UsageError(`${directory}: cannot be read: ${describeCause(cause, directory)}`, { cause });
  });
  if (!status.isDirectory()) {
    throw new UsageError(`${directory}: not a directory; give the unpacked source of a package`);
  }
  const paths = await listFiles(directory).catch((cause) => {
    throw new UsageError(`${directory}: cannot be read: ${describeCause(cause, directory)}`, { cause });
  });
  if (paths.length === 0) {
    throw new UsageError(`${directory}: there is no C source file (*.c, *.h) below it`);
  }
  for (const path of paths) {
    if ((await stat(path)).size <= LARGEST_FILE_BYTES) {
      yield { path: relative(directory, path), text: await readFile(path, "utf8") };
    }
  }
}
