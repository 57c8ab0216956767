// SPDX-License-Identifier: GPL-3.0-or-later
import { basename } from "node:path";
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import { describeCause } from "../describe-cause.js";
import { withEitherSignal } from "../either-signal.js";
import { EnvironmentError, InterruptedError } from "../errors.js";
import type { Manifest } from "../manifest/schema.js";
import { writeManifest } from "../manifest/write-manifest.js";
import { runAll } from "../run-all.js";
import { VERSION } from "../version.js";
import { attemptPackage } from "./attempt-package.js";
import type { BatchDirectory } from "./batch-directory.js";
import type { PackageState } from "./batch-state.js";
import type { EndedEntry } from "./journal.js";
import type { KnownElsewhere } from "./known-elsewhere.js";
import type { MeasuredPackage } from "./measured-package.js";
import type { NewsListener } from "./news.js";
import { type BatchOutcome, isResult } from "./outcome.js";
import { nameOf, type Workshop } from "./package-run.js";
import type { KnownMeasurements, ResultMerger } from "./result-merger.js";
import { Schedule } from "./schedule.js";
import { type RetrySettings, retryDelaySeconds } from "./settings.js";

/** Everything that a batch needs. */
export interface BatchRequest {
  readonly directory: BatchDirectory;
  readonly workshop: Workshop;
  /** Options of dh_loupe (dh_loupe(1)). */
  readonly analysisOptions: readonly string[];
  /** What is to be measured, in this order; none of it has ended yet, or it is to be measured again. */
  readonly packages: readonly SourcePackage[];
  /** That of the machine. */
  readonly architecture: string;
  readonly jobs: number;
  readonly retry: RetrySettings;
  readonly merger: ResultMerger | undefined;
  /** A server that is asked before a package is measured. */
  readonly elsewhere: KnownElsewhere | undefined;
  /** Builds that the database knows are measured nonetheless. */
  readonly again: boolean;
  readonly onNews: NewsListener;
  readonly signal: AbortSignal;
}

interface Item {
  readonly source: SourcePackage;
  /** 0 for the first. */
  readonly attempt: number;
}

const now = (): string => new Date().toISOString();

/** Whether a journal's end says something that need not be found out again. */
export function hasEnded(state: PackageState | undefined): boolean {
  return state?.position === "ended" && state.ended?.tool === VERSION;
}

class Batch {
  constructor(
    private readonly request: BatchRequest,
    private readonly signal: AbortSignal,
    private readonly stop: () => void,
  ) {}

  async run(): Promise<void> {
    const { packages, jobs } = this.request;
    const schedule = new Schedule<Item>(packages.map((source) => ({ source, attempt: 0 })));
    await runAll(Array.from({ length: Math.min(jobs, Math.max(1, packages.length)) }), () => this.#work(schedule));
    await this.#mergeLeft();
    if (this.signal.aborted) {
      throw new InterruptedError("interrupted");
    }
  }

  async #work(schedule: Schedule<Item>): Promise<void> {
    for (let item = await schedule.take(this.signal); item !== undefined; item = await schedule.take(this.signal)) {
      const delay = await this.#measure(item).catch((error: unknown) => {
        // The others must not go on for hours before this is told.
        this.stop();
        throw error;
      });
      if (delay === undefined) {
        schedule.finish();
      } else {
        schedule.putBack({ source: item.source, attempt: item.attempt + 1 }, delay);
      }
    }
  }

  /** Returns the pause in seconds after which it is to be tried again, or undefined when it has ended. */
  async #measure(item: Item): Promise<number | undefined> {
    const { merger, architecture, again, retry, onNews } = this.request;
    const { source, attempt } = item;
    const known: KnownMeasurements = (await merger?.lookUp(source, architecture)) ?? { hadResult: false };
    if (known.same !== undefined && !again) {
      const reason = `the database has this build, measured by this version: ${known.same}`;
      await this.#end(source, { outcome: "already-measured", reason, passing: false, stageSeconds: {} }, known, 0);
      return undefined;
    }
    if (attempt === 0 && (await this.#takeFromElsewhere(source, known))) {
      return undefined;
    }
    await this.request.directory.add({ type: "started", ...source, at: now() });
    const started = performance.now();
    let measured: MeasuredPackage;
    try {
      measured = await this.#attempt(source);
    } catch (error) {
      if (error instanceof InterruptedError) {
        return undefined;
      }
      throw error;
    }
    if (measured.passing && attempt < retry.retries) {
      const delaySeconds = retryDelaySeconds(retry, attempt + 1);
      onNews({ kind: "deferred", source, reason: measured.reason ?? "", delaySeconds });
      return delaySeconds;
    }
    await this.#end(source, measured, known, (performance.now() - started) / 1000);
    return undefined;
  }

  /** Whether another's analysis was there and is ours now. */
  async #takeFromElsewhere(source: SourcePackage, known: KnownMeasurements): Promise<boolean> {
    const { elsewhere, architecture } = this.request;
    const found = await elsewhere?.find(source, architecture).catch((error: unknown) => {
      if (error instanceof InterruptedError) {
        return undefined;
      }
      throw error;
    });
    if (found === undefined) {
      // Whoever is interrupted begins nothing.
      return this.signal.aborted;
    }
    await this.#end(source, { outcome: "already-measured", ...found, passing: false, stageSeconds: {} }, known, 0);
    return true;
  }

  async #attempt(source: SourcePackage): Promise<MeasuredPackage> {
    const { directory, workshop, analysisOptions, architecture, onNews } = this.request;
    const name = nameOf(source);
    return attemptPackage({
      workshop,
      source,
      analysisOptions,
      architecture,
      openWork: () => directory.openWork(name, workshop.account),
      logFile: directory.logFile(`${name}.log`),
      signal: this.signal,
      onStage: (stage) => onNews({ kind: "stage", source, stage }),
    });
  }

  /** Keeps the result, merges it, and tells of it. */
  async #end(
    source: SourcePackage,
    measured: MeasuredPackage,
    known: KnownMeasurements,
    seconds: number,
  ): Promise<void> {
    const { directory, architecture, onNews } = this.request;
    const { outcome, reason, manifest, stageSeconds } = measured;
    const name = `${nameOf(source)}_${architecture}.loupe.json`;
    if (manifest !== undefined) {
      await this.#keep(source, directory.manifestFile(name), manifest);
    }
    const before = this.#outcomeBefore(source, known);
    const entry: EndedEntry = {
      type: "ended",
      ...source,
      at: now(),
      architecture,
      tool: VERSION,
      outcome,
      ...(reason !== undefined && { reason }),
      seconds: Math.round(seconds * 10) / 10,
      stageSeconds,
      ...(manifest && {
        manifest: name,
        features: manifest.features.length,
        required: manifest.features.filter(({ verdict }) => verdict === "required").length,
      }),
      ...(outcome !== "already-measured" && { log: `${nameOf(source)}.log` }),
      ...(before !== undefined && { before }),
    };
    await directory.add(entry);
    await directory.removeWork(nameOf(source));
    onNews({ kind: "ended", entry });
    await this.#merge(source, entry);
  }

  /** What is left of the package makes room for its result, if it has to. */
  async #keep(source: SourcePackage, file: string, manifest: Manifest): Promise<void> {
    try {
      await writeManifest(file, manifest);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) {
        throw error;
      }
      await this.request.directory.removeWork(nameOf(source));
      await writeManifest(file, manifest);
    }
  }

  #outcomeBefore({ source }: SourcePackage, { hadResult }: KnownMeasurements): BatchOutcome | undefined {
    return hadResult ? "analyzed" : this.request.directory.state.lastOutcome(source);
  }

  async #merge(source: SourcePackage, { manifest }: EndedEntry): Promise<void> {
    const { merger, directory, onNews } = this.request;
    if (merger === undefined || manifest === undefined) {
      return;
    }
    try {
      await merger.merge(directory.manifestFile(manifest));
    } catch (error) {
      // Whatever it is, the result is kept, and what is left is tried again at the end.
      onNews({ kind: "trouble", words: `${nameOf(source)} is not merged yet: ${describeCause(error)}` });
      return;
    }
    await directory.add({ type: "merged", ...source, at: now(), database: merger.location });
  }

  /** Merges what could not be merged when it ended, in this run or an earlier one. */
  async #mergeLeft(): Promise<void> {
    const { merger, directory, onNews } = this.request;
    if (merger === undefined) {
      return;
    }
    const left = listUnmerged(directory, merger.location);
    const files = new Map(left.map((state) => [directory.manifestFile(state.ended?.manifest ?? ""), state]));
    const refused = await merger.mergeLeft(
      [...files.keys()],
      async (file) => {
        const { source, version } = files.get(file) as PackageState;
        await directory.add({ type: "merged", source, version, at: now(), database: merger.location });
      },
      this.signal,
    );
    for (const [file, words] of refused) {
      onNews({ kind: "trouble", words: `${basename(file)} could not be merged: ${words}` });
    }
  }
}

/** The packages that have a manifest which a database has not. */
export function listUnmerged({ state }: BatchDirectory, database: string): readonly PackageState[] {
  return state.packages.filter(
    ({ ended, mergedInto }) => ended?.manifest !== undefined && !mergedInto.includes(database),
  );
}

/** Why a result is one that somebody should look at: the package could be analyzed before. */
export function isNewFault({ outcome, before }: EndedEntry): boolean {
  return before !== undefined && isResult(before) && !isResult(outcome);
}

/**
 * Measures packages, several at once, and keeps and merges what comes of each as soon as it has ended. Throws InterruptedError when the
 * signal was aborted: what had ended is kept; and EnvironmentError when results cannot be kept any more.
 */
export async function runBatch(request: BatchRequest): Promise<void> {
  const { directory, packages, jobs, onNews, signal } = request;
  await directory.add(...packages.map((source) => ({ type: "selected", ...source, at: now() }) as const));
  onNews({ kind: "begun", total: packages.length, done: 0, atOnce: jobs });
  const own = new AbortController();
  await withEitherSignal([signal, own.signal], (either) => new Batch(request, either, () => own.abort()).run());
}
