// SPDX-License-Identifier: GPL-3.0-or-later
import { chown, mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DatabaseError } from "../../database/database-error.js";
import type { SourcePackage } from "../../debian/apt/fetch-source.js";
import { withEitherSignal } from "../../either-signal.js";
import { InterruptedError } from "../../errors.js";
import { runAll } from "../../run-all.js";
import { VERSION } from "../../version.js";
import { attemptPackage } from "../attempt-package.js";
import type { EndedEntry } from "../journal.js";
import type { MeasuredPackage } from "../measured-package.js";
import type { NewsListener } from "../news.js";
import { nameOf, type Workshop } from "../package-run.js";
import type { JobOutput } from "./job.js";
import type { PackageQueue, TakenJob } from "./package-queue.js";
import { withPatience } from "./patience.js";

/** How often a worker with nothing to do looks for something. */
const POLL_MILLISECONDS = 2_000;
/** How often a lease is renewed in its time, so that one or two failures do no harm. */
const RENEWALS = 4;

/** What a worker needs. */
export interface WorkerRequest {
  readonly queue: PackageQueue;
  readonly workshop: Workshop;
  /** Receives logs, and what is being measured. */
  readonly directory: string;
  readonly architecture: string;
  readonly jobs: number;
  /** Whether it ends when all is done, or waits for more. */
  readonly whenDone: "end" | "wait";
  readonly onNews: NewsListener;
  /** Stop taking packages. */
  readonly stop: AbortSignal;
  /** Give back what is being measured. */
  readonly now: AbortSignal;
}

/** Renews a job's lease until it is over; `onLost` is called where it is another worker's. */
async function keepLease(
  { queue, onNews }: WorkerRequest,
  job: TakenJob,
  over: AbortSignal,
  onLost: () => void,
): Promise<void> {
  const pause = (job.leaseSeconds * 1000) / RENEWALS;
  while (!over.aborted) {
    await setTimeout(pause, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) {
      return;
    }
    try {
      if (!(await queue.renew(job))) {
        onLost();
        return;
      }
    } catch (error) {
      // The server may come back before the lease is over; if not, the job is lost then.
      if (!(error instanceof DatabaseError)) {
        throw error;
      }
      onNews({ kind: "trouble", words: `${error.message}; measuring goes on` });
    }
  }
}

class Worker {
  readonly #name = `${hostname()}:${process.pid}`;

  constructor(private readonly request: WorkerRequest) {}

  /** Takes and measures packages until it is to stop. */
  async work(): Promise<void> {
    const { queue, whenDone, stop } = this.request;
    while (!stop.aborted) {
      const job = await this.#patiently(() => queue.take(), stop);
      if (job !== undefined) {
        await this.#do(job);
      } else if (whenDone === "end" && (await this.#patiently(() => queue.countUnfinished(), stop)) === 0) {
        return;
      } else {
        await setTimeout(POLL_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  async #do(job: TakenJob): Promise<void> {
    const { queue, now, onNews } = this.request;
    const lost = new AbortController();
    const over = new AbortController();
    const lease = keepLease(this.request, job, over.signal, () => lost.abort());
    const started = performance.now();
    try {
      const measured = await withEitherSignal([now, lost.signal], (signal) => this.#measure(job, signal));
      await this.#deliver(job, measured, (performance.now() - started) / 1000);
    } catch (error) {
      if (!(error instanceof InterruptedError)) {
        throw error;
      }
      if (lost.signal.aborted) {
        onNews({ kind: "trouble", words: `${nameOf(job.data)} was given to another worker: its lease had run out` });
      } else {
        await queue.giveBack(job);
      }
    } finally {
      over.abort();
      await lease;
    }
  }

  async #measure({ data }: TakenJob, signal: AbortSignal): Promise<MeasuredPackage> {
    const { workshop, directory, architecture, onNews } = this.request;
    const source: SourcePackage = { source: data.source, version: data.version };
    const work = join(directory, "work", nameOf(source));
    try {
      return await attemptPackage({
        workshop,
        source,
        analysisOptions: data.analysisOptions,
        architecture,
        openWork: () => openWork(work, workshop),
        logFile: join(directory, "logs", `${nameOf(source)}.log`),
        signal,
        onStage: (stage) => onNews({ kind: "stage", source, stage }),
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  async #deliver(job: TakenJob, measured: MeasuredPackage, seconds: number): Promise<void> {
    const { queue, now, onNews, architecture } = this.request;
    const { outcome, reason, manifest, passing, stageSeconds } = measured;
    const features = manifest && {
      features: manifest.features.length,
      required: manifest.features.filter(({ verdict }) => verdict === "required").length,
    };
    const output: JobOutput = {
      outcome,
      ...(reason !== undefined && { reason: reason.replaceAll("\0", "") }),
      seconds: Math.round(seconds * 10) / 10,
      worker: this.#name,
      ...features,
    };
    const isTaken = await this.#patiently(
      () => (passing ? queue.fail(job, output) : queue.complete(job, output, manifest)),
      now,
    );
    if (!isTaken) {
      onNews({
        kind: "trouble",
        words: `${nameOf(job.data)} was given to another worker: what this one found is not taken`,
      });
      return;
    }
    const { source, version } = job.data;
    const entry: EndedEntry = {
      type: "ended",
      source,
      version,
      at: new Date().toISOString(),
      architecture,
      tool: VERSION,
      outcome,
      ...(reason !== undefined && { reason }),
      seconds: output.seconds,
      stageSeconds,
      ...features,
    };
    onNews({ kind: "ended", entry });
  }

  async #patiently<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    return withPatience(work, (words) => this.request.onNews({ kind: "trouble", words }), signal);
  }
}

async function openWork(path: string, { account }: Workshop): Promise<string> {
  await mkdir(path, { recursive: true });
  if (account !== undefined) {
    await chown(path, account.uid, account.gid);
  }
  return path;
}

/**
 * Works on the queue until it is empty (`whenDone`) or a signal comes: with the first, packages that are being measured are finished; with
 * the second they are given back. Throws LoupeError: the queue is for another version, the database is gone for good.
 */
export async function runWorker(request: WorkerRequest): Promise<void> {
  await request.queue.refuseOtherVersions();
  for (const name of ["logs", "work"]) {
    await mkdir(join(request.directory, name), { recursive: true });
  }
  const failure = new AbortController();
  await withEitherSignal([request.stop, failure.signal], async (stop) => {
    const worker = new Worker({ ...request, stop });
    await runAll(Array.from({ length: request.jobs }), () =>
      worker.work().catch((error: unknown) => {
        // The others finish what they are at, and then this is told.
        failure.abort();
        throw error;
      }),
    );
  });
}
