// SPDX-License-Identifier: GPL-3.0-or-later
import { appendFile, mkdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";
import type { RunResult } from "../workload/run-result.js";
import type { AnalyzedExecutable } from "./analysis.js";
import type { RunMetrics } from "./experiment.js";

/** The file in the work directory that receives finished runs, one JSON object a line. */
export const JOURNAL_FILE = "journal.jsonl";

/** Raised when what is in a journal changes: one that an older version has written is put aside. */
export const JOURNAL_FORMAT = 5;

/** A finished run of an experiment. */
export interface RunRecord {
  readonly passed: boolean;
  readonly seconds: number;
  /** Why it failed. */
  readonly reason?: string;
  /** The treatment (`identifyTreated`) that a process which died or failed points at. */
  readonly culprit?: string;
  /** Of a probe: all that were put to use, the most suspicious one first. */
  readonly suspects?: readonly string[];
  /** Of a probe or a survey that passed: the treatments that were not put to use. */
  readonly idle?: readonly string[];
  /** The tests that are known to have been lost; of a survey, all. */
  readonly lost?: readonly string[];
  readonly metrics: RunMetrics;
}

type Entry =
  /** What the runs are about; others must not be mixed with them. */
  | { readonly type: "analysis"; readonly key: string }
  /** A run with nothing interposed: `observation`, `replica-1`, ... */
  | { readonly type: "plain"; readonly name: string; readonly result: RunResult }
  /** What the observation ran. */
  | { readonly type: "executables"; readonly executables: readonly AnalyzedExecutable[] }
  /** A run of an experiment, on the whole workload or on an excerpt of it. */
  | { readonly type: "run"; readonly experiment: string; readonly excerpt?: string; readonly record: RunRecord }
  /** What the runs of experiments were held against has changed: those before this say nothing. */
  | { readonly type: "forget-runs" }
  /** There is nothing left to go on with: the same analysis begins anew. */
  | { readonly type: "end" };

/** Maps are part of reports; JSON has none. */
function encode(entry: Entry): string {
  return JSON.stringify(entry, (_, value) => (value instanceof Map ? { $map: [...value] } : value));
}

function decode(line: string): Entry {
  return JSON.parse(line, (_, value) => (Array.isArray(value?.$map) ? new Map(value.$map) : value)) as Entry;
}

/** The entries up to the first line that is not whole, and how long they are: a killed process may have left half a line. */
function parse(text: string): { readonly entries: readonly Entry[]; readonly length: number } {
  const entries: Entry[] = [];
  let length = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", length)) {
    try {
      entries.push(decode(text.slice(length, end)));
    } catch {
      break;
    }
    length = end + 1;
  }
  return { entries, length };
}

/**
 * Where one analysis keeps what it has found so far. Killed at any point, the same analysis goes on from here, and no finished
 * run is repeated. What an analysis of something else has left there is put aside.
 */
export class Journal {
  readonly #plain = new Map<string, RunResult>();
  readonly #runs = new Map<string, RunRecord[]>();
  /** By excerpt, and then by experiment. */
  readonly #excerptRuns = new Map<string, Map<string, RunRecord[]>>();
  #executables: readonly AnalyzedExecutable[] | undefined;
  #started = 0;

  private constructor(
    readonly directory: string,
    private readonly key: string,
  ) {}

  /** Opens the journal of the analysis that `key` stands for. Throws EnvironmentError when that is impossible. */
  static async open(directory: string, key: string): Promise<Journal> {
    const journal = new Journal(directory, key);
    try {
      await rm(join(directory, "runs"), { recursive: true, force: true });
      await mkdir(join(directory, "runs"), { recursive: true });
      await journal.#load();
    } catch (cause) {
      throw new EnvironmentError(`cannot use the work directory ${directory}: ${describeCause(cause)}`, { cause });
    }
    return journal;
  }

  /** All finished runs of experiments on the whole workload. */
  get runs(): readonly RunRecord[] {
    return [...this.#runs.values()].flat();
  }

  /** Those on excerpts of it. */
  get excerptRuns(): readonly RunRecord[] {
    return [...this.#excerptRuns.values()].flatMap((runs) => [...runs.values()].flat());
  }

  /** How many runs with nothing interposed there are. */
  get plainRuns(): number {
    return this.#plain.size;
  }

  get file(): string {
    return join(this.directory, JOURNAL_FILE);
  }

  /** Makes an empty directory for the log and the results of a run. Throws EnvironmentError. */
  async openRun(description: string): Promise<string> {
    this.#started += 1;
    const name = `${this.#started}-${description.replace(/[^A-Za-z0-9_+-]+/g, "-").slice(0, 100)}`;
    const directory = join(this.directory, "runs", name);
    try {
      await mkdir(directory);
    } catch (cause) {
      throw new EnvironmentError(`cannot make ${directory}: ${describeCause(cause)}`, { cause });
    }
    return directory;
  }

  /** Removes a run's directory; `log` is what is kept of it. Throws EnvironmentError. */
  async closeRun(directory: string, log: string | undefined): Promise<void> {
    try {
      await rm(directory, { recursive: true, force: true });
      if (log !== undefined) {
        await writeFile(`${directory}.log`, log);
      }
    } catch (cause) {
      throw new EnvironmentError(`cannot keep the log ${directory}.log: ${describeCause(cause)}`, { cause });
    }
  }

  findPlain(name: string): RunResult | undefined {
    return this.#plain.get(name);
  }

  async addPlain(name: string, result: RunResult): Promise<void> {
    this.#plain.set(name, result);
    await this.#append({ type: "plain", name, result });
  }

  get executables(): readonly AnalyzedExecutable[] | undefined {
    return this.#executables;
  }

  async addExecutables(executables: readonly AnalyzedExecutable[]): Promise<void> {
    this.#executables = executables;
    await this.#append({ type: "executables", executables });
  }

  /** The finished runs of an experiment (`identifyExperiment`) in the order in which they ended: on the whole, or on an excerpt. */
  findRuns(experiment: string, excerpt?: string): readonly RunRecord[] {
    return this.#runsOf(excerpt).get(experiment) ?? [];
  }

  /** How many runs of the whole, or of an excerpt, passed that had this treatment (`identifyTreated`) among theirs. */
  countPasses(treatment: string, excerpt?: string): number {
    const having = [...this.#runsOf(excerpt)].filter(([experiment]) => experiment.split("\n").includes(treatment));
    return having.flatMap(([, records]) => records).filter(({ passed }) => passed).length;
  }

  async addRun(experiment: string, record: RunRecord, excerpt?: string): Promise<void> {
    this.#keep(experiment, record, excerpt);
    await this.#append({ type: "run", experiment, ...(excerpt !== undefined && { excerpt }), record });
  }

  /** Forgets the runs of experiments, and keeps those with nothing interposed. */
  async forgetRuns(): Promise<void> {
    this.#clearRuns();
    await this.#append({ type: "forget-runs" });
  }

  /** Forgets everything: it is about other programs. */
  async restart(): Promise<void> {
    this.#plain.clear();
    this.#clearRuns();
    this.#executables = undefined;
    await this.#begin();
  }

  /** The analysis has its result: who asks again wants to know what it is now. */
  async end(): Promise<void> {
    await this.#append({ type: "end" });
  }

  async #load(): Promise<void> {
    const text = await readFile(this.file, "utf8").catch(() => "");
    const { entries, length } = parse(text);
    const [first] = entries;
    const isOurs = first?.type === "analysis" && first.key === this.key;
    if (!isOurs || entries.some(({ type }) => type === "end")) {
      await this.#begin();
      return;
    }
    await truncate(this.file, Buffer.byteLength(text.slice(0, length)));
    for (const entry of entries) {
      if (entry.type === "plain") {
        this.#plain.set(entry.name, entry.result);
      } else if (entry.type === "executables") {
        this.#executables = entry.executables;
      } else if (entry.type === "run") {
        this.#keep(entry.experiment, entry.record, entry.excerpt);
      } else if (entry.type === "forget-runs") {
        this.#clearRuns();
      }
    }
  }

  async #begin(): Promise<void> {
    // The first time there is nothing to put aside.
    await rename(this.file, `${this.file}.old`).catch(() => undefined);
    // The environments of test scripts are in it, and may hold what is nobody else's business.
    await writeFile(this.file, `${encode({ type: "analysis", key: this.key })}\n`, { mode: 0o600 });
  }

  #clearRuns(): void {
    this.#runs.clear();
    this.#excerptRuns.clear();
  }

  #runsOf(excerpt: string | undefined): Map<string, RunRecord[]> {
    if (excerpt === undefined) {
      return this.#runs;
    }
    const runs = this.#excerptRuns.get(excerpt) ?? new Map<string, RunRecord[]>();
    this.#excerptRuns.set(excerpt, runs);
    return runs;
  }

  #keep(experiment: string, record: RunRecord, excerpt: string | undefined): void {
    this.#runsOf(excerpt).set(experiment, [...this.findRuns(experiment, excerpt), record]);
  }

  async #append(entry: Entry): Promise<void> {
    try {
      await appendFile(this.file, `${encode(entry)}\n`);
    } catch (cause) {
      throw new EnvironmentError(`cannot keep results in ${this.file}: ${describeCause(cause)}`, { cause });
    }
  }
}
