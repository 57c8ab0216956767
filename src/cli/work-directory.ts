// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describeCause } from "../describe-cause.js";
import { lockDirectory, unlockDirectory } from "../directory-lock.js";
import { EnvironmentError, UsageError } from "../errors.js";

/** A directory that one analysis has to itself. */
export interface WorkDirectory {
  readonly path: string;
  /** The user named it: it is not ours to remove. */
  readonly named: boolean;
  /** Lets others use it; removes it where nothing in it is of use any more. */
  release(content: "keep" | "remove"): Promise<void>;
}

/** How many analyses of the same command may run at the same time. */
const MOST_DIRECTORIES = 100;

async function openDirectory(path: string, named: boolean): Promise<WorkDirectory | undefined> {
  try {
    await mkdir(path, { recursive: true });
    if (!(await lockDirectory(path))) {
      return undefined;
    }
  } catch (cause) {
    throw new EnvironmentError(
      `cannot use the work directory ${path}: ${describeCause(cause, path)}; name another one with --work-dir`,
      { cause },
    );
  }
  return {
    path,
    named,
    release: async (content) => {
      if (content === "remove" && !named) {
        await rm(path, { recursive: true, force: true });
      } else {
        await unlockDirectory(path);
      }
    },
  };
}

/** Where the same command finds its runs again when it was interrupted (XDG Base Directory Specification, state). */
function defaultDirectory(identity: readonly string[]): string {
  const state = process.env.XDG_STATE_HOME ?? "";
  const base = state.startsWith("/") ? state : join(homedir(), ".local/state");
  const hash = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  return join(base, "loupe/analyses", hash);
}

/**
 * Opens the directory that the user named, or the one that belongs to the analysis which `identity` describes; where that is in
 * use, another one. Throws EnvironmentError, and UsageError when the named one is in use.
 */
export async function openWorkDirectory(
  named: string | undefined,
  identity: readonly string[],
): Promise<WorkDirectory> {
  if (named !== undefined) {
    const directory = await openDirectory(resolve(named), true);
    if (directory === undefined) {
      throw new UsageError(`${named} is used by another analysis; wait for it, or name another work directory`);
    }
    return directory;
  }
  const first = defaultDirectory(identity);
  for (let number = 1; number <= MOST_DIRECTORIES; number++) {
    const directory = await openDirectory(number === 1 ? first : `${first}-${number}`, false);
    if (directory !== undefined) {
      return directory;
    }
  }
  throw new EnvironmentError(
    `${MOST_DIRECTORIES} analyses of this command run already; name a directory with --work-dir`,
  );
}
