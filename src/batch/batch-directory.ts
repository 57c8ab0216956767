// SPDX-License-Identifier: GPL-3.0-or-later
import { chown, mkdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeCause } from "../describe-cause.js";
import { lockDirectory, unlockDirectory } from "../directory-lock.js";
import { EnvironmentError, UsageError } from "../errors.js";
import { BatchState } from "./batch-state.js";
import type { Account } from "./containment.js";
import { BatchJournal, type JournalEntry, readJournal } from "./journal.js";

const JOURNAL = "journal.jsonl";

/** Where a batch is named that is not named. */
export const DEFAULT_BATCH_DIRECTORY = "loupe-batch";

/** The directory of a batch: its journal, the manifests and logs of its packages, and those that are being measured. */
export class BatchDirectory {
  private constructor(
    readonly path: string,
    private readonly journal: BatchJournal,
    readonly state: BatchState,
  ) {}

  /** Opens it, or makes it; it is ours alone until it is closed. Throws UsageError, EnvironmentError. */
  static async open(named: string): Promise<BatchDirectory> {
    const path = resolve(named);
    try {
      for (const name of ["manifests", "logs", "work"]) {
        await mkdir(join(path, name), { recursive: true });
      }
      if (!(await lockDirectory(path))) {
        throw new UsageError(`${named} is used by another "loupe batch"; wait for it, or name another --batch-dir`);
      }
    } catch (cause) {
      if (cause instanceof UsageError) {
        throw cause;
      }
      throw new EnvironmentError(`the batch directory ${path} cannot be used: ${describeCause(cause, path)}`, {
        cause,
      });
    }
    try {
      const journal = await BatchJournal.open(join(path, JOURNAL));
      return new BatchDirectory(path, journal, new BatchState(journal.entries));
    } catch (error) {
      await unlockDirectory(path);
      throw error;
    }
  }

  /** Keeps what has happened. */
  async add(...entries: readonly JournalEntry[]): Promise<void> {
    await this.journal.add(...entries);
    for (const entry of entries) {
      this.state.add(entry);
    }
  }

  manifestFile(name: string): string {
    return join(this.path, "manifests", name);
  }

  logFile(name: string): string {
    return join(this.path, "logs", name);
  }

  /** The directory in which a package is measured. */
  async openWork(name: string, account: Account | undefined): Promise<string> {
    const path = join(this.path, "work", name);
    await mkdir(path, { recursive: true });
    if (account !== undefined) {
      await chown(path, account.uid, account.gid);
    }
    return path;
  }

  async removeWork(name: string): Promise<void> {
    await rm(join(this.path, "work", name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.journal.close();
    await unlockDirectory(this.path);
  }
}

/** What is known of a batch, whether it runs or not. Throws UsageError where there is none. */
export async function readBatch(named: string): Promise<BatchState> {
  const path = resolve(named);
  if (!(await stat(join(path, JOURNAL)).catch(() => undefined))) {
    throw new UsageError(
      `${named}: there is no batch here; "loupe batch run --batch-dir ${named} PACKAGE..." makes one`,
    );
  }
  return new BatchState(await readJournal(join(path, JOURNAL)));
}
