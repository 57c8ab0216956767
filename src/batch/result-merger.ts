// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout } from "node:timers/promises";
import { DatabaseError } from "../database/database-error.js";
import { openDatabase } from "../database/open-database.js";
import type { MeasurementSummary } from "../database/queries.js";
import type { Store } from "../database/store.js";
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import { LoupeError } from "../errors.js";
import { readManifest } from "../manifest/read-manifest.js";
import { type Manifest, OUTCOMES } from "../manifest/schema.js";
import { VERSION } from "../version.js";
import { type BatchOutcome, isAboutPackage, isResult } from "./outcome.js";

/** Pauses before a database that could not be worked with is tried again, when nothing else is left to do. */
const PAUSES_SECONDS: readonly number[] = [2, 10, 40];

/** What a database knows of a package. */
export interface KnownMeasurements {
  /** The outcome of this very build, measured by this version of Loupe. */
  readonly same?: BatchOutcome;
  /** Some version of the package could be analyzed on this architecture. */
  readonly hadResult: boolean;
}

type Outcome = Manifest["outcome"];

/** The outcome of a measurement by a run: what static analysis found is none. */
function toOutcome({ outcome }: MeasurementSummary): Outcome | undefined {
  return OUTCOMES.find((known) => known === outcome);
}

/** The outcome of this very build by this version, if it says something of the package. */
function toSameOutcome(summary: MeasurementSummary, wanted: SourcePackage): Outcome | undefined {
  const outcome = toOutcome(summary);
  const isSame = summary.version === wanted.version && summary.tool === `loupe ${VERSION}`;
  return isSame && outcome !== undefined && isAboutPackage(outcome) ? outcome : undefined;
}

/**
 * Brings manifests into the usage database, one after the other. A database that cannot be worked with for a while (locked, full,
 * gone) holds nobody up: what is not merged stays to be merged.
 */
export class ResultMerger {
  #store: Store | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(private readonly named: string) {}

  /**
   * Opens the database; `onTrouble` hears of one that cannot be worked with at the moment. Throws UsageError for one that never can:
   * somebody else's, or a later version's.
   */
  static async open(named: string, onTrouble: (words: string) => void): Promise<ResultMerger> {
    const merger = new ResultMerger(named);
    try {
      await merger.#open();
    } catch (error) {
      if (!(error instanceof DatabaseError)) {
        throw error;
      }
      onTrouble(error.message);
    }
    return merger;
  }

  /** What the database is called in journals: without a password. */
  get location(): string {
    return this.#store?.location ?? this.named.replace(/^([^:]+:\/\/[^:@/?]*):[^@/?]*@/, "$1:...@");
  }

  /** What is known of a package; nothing where the database cannot be asked now. */
  async lookUp(source: SourcePackage, architecture: string): Promise<KnownMeasurements> {
    const measurements = await this.#inTurn(async (store) =>
      store.listMeasurements({ package: source.source, origin: "debian", architecture, workload: "suite" }),
    ).catch((error: unknown) => {
      if (error instanceof DatabaseError) {
        return [];
      }
      throw error;
    });
    const [same] = measurements.flatMap((summary) => toSameOutcome(summary, source) ?? []);
    const outcomes = measurements.flatMap((summary) => toOutcome(summary) ?? []);
    return { ...(same !== undefined && { same }), hadResult: outcomes.some(isResult) };
  }

  /** Merges the manifest of a file, once. Throws LoupeError: DatabaseError where another time may be better. */
  async merge(file: string): Promise<void> {
    const manifest = await readManifest(file);
    await this.#inTurn((store) => store.mergeManifest(manifest));
  }

  /** Merges what is left, with pauses. Returns the sentence for each file that could not be merged. */
  async mergeLeft(
    files: readonly string[],
    onMerged: (file: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    let left = new Map(files.map((file) => [file, ""]));
    for (const pause of [0, ...PAUSES_SECONDS]) {
      if (left.size === 0 || signal.aborted) {
        break;
      }
      await setTimeout(pause * 1000, undefined, { signal }).catch(() => undefined);
      left = await this.#tryAll([...left.keys()], onMerged);
    }
    return left;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#store?.close();
  }

  /** While the database is away, one file shows it for all. */
  async #tryAll(files: readonly string[], onMerged: (file: string) => Promise<void>): Promise<Map<string, string>> {
    const left = new Map<string, string>();
    let away: string | undefined;
    for (const file of files) {
      try {
        if (away === undefined) {
          await this.merge(file);
          await onMerged(file);
          continue;
        }
      } catch (error) {
        if (!(error instanceof LoupeError)) {
          throw error;
        }
        away = error instanceof DatabaseError ? error.message : undefined;
        left.set(file, error.message);
      }
      if (away !== undefined) {
        left.set(file, away);
      }
    }
    return left;
  }

  async #open(): Promise<Store> {
    this.#store ??= await openDatabase(this.named);
    return this.#store;
  }

  async #inTurn<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(async () => work(await this.#open()));
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
