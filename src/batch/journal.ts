// SPDX-License-Identifier: GPL-3.0-or-later
import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { z } from "zod";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError, UsageError } from "../errors.js";
import { STAGES } from "./measured-package.js";
import { batchOutcome } from "./outcome.js";

const text = z.string().min(1);
const seconds = z.number().nonnegative();

const header = z.strictObject({ type: z.literal("batch"), schema: z.literal("loupe-batch/1") });

/** A package is part of the batch. */
const selected = z.strictObject({ type: z.literal("selected"), source: text, version: z.string(), at: text });

const started = z.strictObject({ type: z.literal("started"), source: text, version: z.string(), at: text });

const ended = z.strictObject({
  type: z.literal("ended"),
  source: text,
  version: z.string(),
  at: text,
  architecture: text,
  tool: text,
  outcome: batchOutcome,
  reason: z.string().optional(),
  seconds,
  stageSeconds: z.partialRecord(z.enum(STAGES), seconds),
  /** File name in manifests/. */
  manifest: text.optional(),
  features: z.number().optional(),
  required: z.number().optional(),
  /** File name in logs/. */
  log: text.optional(),
  /** What was known of the package before: its outcome in the last version or attempt that was measured. */
  before: batchOutcome.optional(),
});

/** The manifest is in the database. */
const merged = z.strictObject({
  type: z.literal("merged"),
  source: text,
  version: z.string(),
  at: text,
  database: text,
});

const entry = z.discriminatedUnion("type", [header, selected, started, ended, merged]);

export type JournalEntry = Readonly<z.infer<typeof entry>>;
export type EndedEntry = Readonly<z.infer<typeof ended>>;

const FILE_HEADER: JournalEntry = { type: "batch", schema: "loupe-batch/1" };

/** The entries of whole lines, and where the last of them ends: a killed process may have left half a line. */
function parse(file: string, content: string): { readonly entries: readonly JournalEntry[]; readonly length: number } {
  const end = content.lastIndexOf("\n") + 1;
  const entries = content
    .slice(0, end)
    .split("\n")
    .slice(0, -1)
    .map((line, index) => {
      try {
        return entry.parse(JSON.parse(line));
      } catch (cause) {
        throw new UsageError(
          `${file}:${index + 1}: not an entry that this version understands; use the Loupe that wrote it, or another --batch-dir`,
          { cause },
        );
      }
    });
  if (entries.length > 0 && entries[0]?.type !== "batch") {
    throw new UsageError(`${file}: not the journal of a batch; name another --batch-dir`);
  }
  return { entries, length: Buffer.byteLength(content.slice(0, end)) };
}

/** Reads a journal, also one that is being written. Throws UsageError where there is none, or it is not one. */
export async function readJournal(file: string): Promise<readonly JournalEntry[]> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file}: ${describeCause(cause)}; "loupe batch run" makes a batch`, { cause });
  }
  return parse(file, content).entries;
}

/** The append-only memory of a batch. What it has is kept, whatever ends us. */
export class BatchJournal {
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    readonly file: string,
    readonly entries: readonly JournalEntry[],
    private readonly handle: FileHandle,
    private length: number,
  ) {}

  /** Opens it, or makes it. Throws UsageError for a file that is none, EnvironmentError where it cannot be written. */
  static async open(file: string): Promise<BatchJournal> {
    const content = await readFile(file, "utf8").catch(() => "");
    const { entries, length } = parse(file, content);
    try {
      if (content !== "") {
        await truncate(file, length);
      }
      const journal = new BatchJournal(file, entries, await open(file, "a"), length);
      if (entries.length === 0) {
        await journal.add(FILE_HEADER);
      }
      return journal;
    } catch (cause) {
      throw cause instanceof EnvironmentError ? cause : BatchJournal.#explain(file, cause);
    }
  }

  /** Adds entries, and waits until they are on the disk. Throws EnvironmentError when that is not possible. */
  async add(...added: readonly JournalEntry[]): Promise<void> {
    const write = async (): Promise<void> => {
      const lines = Buffer.from(added.map((one) => `${JSON.stringify(one)}\n`).join(""));
      try {
        await this.handle.appendFile(lines);
        await this.handle.datasync();
        this.length += lines.length;
      } catch (cause) {
        // What follows must not be appended to half a line.
        await this.handle.truncate(this.length).catch(() => undefined);
        throw BatchJournal.#explain(this.file, cause);
      }
    };
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.handle.close();
  }

  static #explain(file: string, cause: unknown): EnvironmentError {
    return new EnvironmentError(
      `results cannot be kept in ${file}: ${describeCause(cause)}; what it has is kept, and the same command goes on from there`,
      { cause },
    );
  }
}
