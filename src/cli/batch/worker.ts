// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { openApt, openWorkshop } from "../../batch/open-workshop.js";
import { PackageQueue } from "../../batch/queue/package-queue.js";
import { runWorker } from "../../batch/queue/worker.js";
import { readArchitecture } from "../../debian/architecture.js";
import { describeCause } from "../../describe-cause.js";
import { lockDirectory, unlockDirectory } from "../../directory-lock.js";
import { EnvironmentError, UsageError } from "../../errors.js";
import { withInterrupt } from "../interrupt.js";
import { printMessage } from "../output.js";
import { chooseJobs, type MeasureOptions, openChroot, toMeasureSettings } from "./options.js";
import { makePlainDisplay } from "./plain-display.js";
import { BatchProgressState } from "./progress-state.js";

/** The options of `loupe batch worker`. */
export interface BatchWorkerOptions extends MeasureOptions {
  readonly db: string;
  readonly workDir: string;
  readonly aptSources?: string;
  readonly jobs?: number;
  readonly untilEmpty: boolean;
}

async function openDirectory(named: string): Promise<string> {
  const path = resolve(named);
  let isOurs: boolean;
  try {
    await mkdir(path, { recursive: true });
    isOurs = await lockDirectory(path);
  } catch (cause) {
    throw new EnvironmentError(`the work directory ${path} cannot be used: ${describeCause(cause, path)}`, { cause });
  }
  if (!isOurs) {
    throw new UsageError(`${named} is used by another worker; name another --work-dir`);
  }
  return path;
}

/**
 * `loupe batch worker`: takes packages from a queue and measures them, until a signal comes (the first: finish what has been begun; the
 * second: give it back) or, where that was asked for, the queue is empty. Returns the exit status. Throws LoupeError.
 */
export async function batchWorkerCommand(options: BatchWorkerOptions): Promise<number> {
  const jobs = chooseJobs(options.jobs);
  const chroot = await openChroot(options);
  return withInterrupt(async (interrupt) => {
    const queue = await PackageQueue.open(options.db);
    try {
      await queue.refuseOtherVersions();
      const directory = await openDirectory(options.workDir);
      try {
        const { host: architecture } = await readArchitecture();
        const workshop = await openWorkshop(
          await openApt(options.aptSources, printMessage),
          toMeasureSettings(options, jobs),
          chroot,
        );
        interrupt.signal.addEventListener("abort", () =>
          printMessage("finishing what has been begun; another signal gives it back"),
        );
        printMessage(`taking packages from ${queue.store.location}`);
        const display = makePlainDisplay(new BatchProgressState(), printMessage, "shown");
        await runWorker({
          queue,
          workshop,
          directory,
          architecture,
          jobs,
          whenDone: options.untilEmpty ? "end" : "wait",
          onNews: display.listener,
          stop: interrupt.signal,
          now: interrupt.again,
        });
        return interrupt.again.aborted ? (interrupt.exitStatus() ?? 0) : 0;
      } finally {
        await unlockDirectory(directory);
      }
    } finally {
      await queue.close();
    }
  });
}
