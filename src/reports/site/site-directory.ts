// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import PQueue from "p-queue";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError, type LoupeError, UsageError } from "../../errors.js";

/** The file that marks a directory as a site of ours, and what it begins with. */
export const MARKER = "loupe-site.json";
export const SITE_FORMAT = "loupe-site/1";

/** Files that are written at the same time, and files that may wait: memory stays small however many there are. */
const WRITES_AT_ONCE = 8;
const WAITING_WRITES = 64;
const PART_SIZE = 256 * 1024;

const NO_SPACE: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];
const NOT_ALLOWED: readonly string[] = ["EACCES", "EPERM", "EROFS"];

function wayOut(code: string): string {
  if (NO_SPACE.includes(code)) {
    return "; nothing is left of it, and what was there is there still";
  }
  return NOT_ALLOWED.includes(code) ? "; name a new directory below one that this user may write" : "";
}

/**
 * What an error of the file system means for the directory that the user gave; the files in it have names that nobody knows. Anything else is no
 * concern of ours.
 */
function explain(directory: string, cause: unknown): LoupeError | unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) {
    return cause;
  }
  const words = NO_SPACE.includes(code) ? "no space left" : describeCause(cause);
  return new EnvironmentError(`cannot write ${directory}: ${words}${wayOut(code)}`, { cause });
}

type Place = "free" | "empty" | "site";

/** What is at the place of the new site. Throws UsageError for anything that is not ours to replace. */
async function inspect(target: string): Promise<Place> {
  const status = await lstat(target).catch(() => undefined);
  if (status === undefined) {
    return "free";
  }
  if (!status.isDirectory()) {
    throw new UsageError(`${target}: not a directory; name a new directory for the site`);
  }
  if ((await readdir(target)).length === 0) {
    return "empty";
  }
  const marker = await readFile(join(target, MARKER), "utf8").catch(() => "");
  if (!marker.startsWith(`{"format":"${SITE_FORMAT}"`)) {
    throw new UsageError(
      `${target}: a directory with other files in it, not a site of loupe report (which has a ${MARKER}); name a new directory`,
    );
  }
  return "site";
}

/** A file that is written part by part. */
export class PartedFile {
  #parts = "";
  readonly #stream;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on("error", (error) => {
      this.#failure = error;
    });
  }

  /** Adds a text. Returns what has to be waited for where the disk is slower than we are. */
  add(text: string): Promise<void> | undefined {
    this.#parts += text;
    return this.#parts.length >= PART_SIZE ? this.#flush() : undefined;
  }

  async close(): Promise<void> {
    await this.#flush();
    this.#stream.end();
    await finished(this.#stream);
  }

  async #flush(): Promise<void> {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
    const parts = this.#parts;
    this.#parts = "";
    await new Promise<void>((done, fail) => {
      this.#stream.write(parts, (error) => (error ? fail(error) : done()));
    });
  }
}

/**
 * A site that is being written: into a new directory beside its place, where it goes when it is complete. Whatever happens before,
 * what was there stays as it was.
 */
export class SiteDirectory {
  readonly #queue = new PQueue({ concurrency: WRITES_AT_ONCE });
  readonly #directories = new Map<string, Promise<unknown>>();
  #failure: unknown;

  private constructor(
    /** As the user gave it. */
    readonly named: string,
    private readonly target: string,
    private readonly temporary: string,
  ) {}

  /** Throws UsageError where there is something else at that place, or nothing around it, and EnvironmentError. */
  static async create(directory: string): Promise<SiteDirectory> {
    const target = await realpath(directory).catch(() => resolve(directory));
    // Not after the directory's name, which may be as long as a name can be.
    const temporary = join(dirname(target), `.loupe-site.${randomUUID()}.tmp`);
    try {
      await inspect(target);
      await mkdir(temporary);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
        throw new UsageError(`${dirname(target)}: no such directory; make it, and the site goes into it`, { cause });
      }
      throw explain(directory, cause);
    }
    return new SiteDirectory(directory, target, temporary);
  }

  /** Writes a file, or has it written soon. Throws where an earlier one could not be written. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    this.#requireNoFailure();
    await this.#makeParent(path);
    void this.#queue
      .add(() => writeFile(join(this.temporary, path), content))
      .catch((cause) => {
        this.#failure ??= cause;
      });
    if (this.#queue.size > WAITING_WRITES) {
      await this.#queue.onSizeLessThan(WAITING_WRITES);
    }
  }

  /** Opens a file that is too large to be there at once. */
  async open(path: string): Promise<PartedFile> {
    await this.#makeParent(path);
    return new PartedFile(join(this.temporary, path));
  }

  /** Puts the complete site into its place. */
  async publish(): Promise<void> {
    await this.#queue.onIdle();
    this.#requireNoFailure();
    const place = await inspect(this.target);
    if (place !== "site") {
      await rename(this.temporary, this.target);
      return;
    }
    const before = `${this.temporary}.old`;
    await rename(this.target, before);
    try {
      await rename(this.temporary, this.target);
    } catch (cause) {
      await rename(before, this.target);
      throw cause;
    }
    await rm(before, { recursive: true, force: true });
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    this.#queue.clear();
    await this.#queue.onIdle();
    await rm(this.temporary, { recursive: true, force: true });
  }

  /** What an error that came up while the site was written means for the user. */
  explain(cause: unknown): unknown {
    return explain(this.named, cause);
  }

  #requireNoFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  async #makeParent(path: string): Promise<void> {
    const parent = dirname(path);
    let made = this.#directories.get(parent);
    if (made === undefined) {
      made = mkdir(join(this.temporary, parent), { recursive: true });
      this.#directories.set(parent, made);
    }
    await made;
  }
}
