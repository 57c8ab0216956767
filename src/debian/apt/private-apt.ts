// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { describeCause } from "../../describe-cause.js";
import { lockDirectory, unlockDirectory } from "../../directory-lock.js";
import { EnvironmentError } from "../../errors.js";
import { explainAptOutput } from "./apt-failure.js";
import type { SourcesFile } from "./machine-sources.js";

/**
 * How old lists of packages may be: a day; less where the mirror has not what they name, because it has moved on; not at all where they
 * are about a directory of this machine.
 */
const LARGEST_AGE_MILLISECONDS = { daily: 24 * 60 * 60 * 1000, recent: 10 * 60 * 1000, now: 0 } as const;

export type ListAge = keyof typeof LARGEST_AGE_MILLISECONDS;

const LOCK_POLL_MILLISECONDS = 500;
/** Pauses before another attempt to fetch the lists. */
const RETRY_PAUSES_MILLISECONDS: readonly number[] = [5_000, 10_000, 20_000];
/** How long apt waits for another apt or dpkg that is at work. */
const LOCK_WAIT_SECONDS = 600;

/** How a call of an apt tool ended. */
export interface AptResult {
  readonly failed: boolean;
  readonly stdout: string;
  /** Both outputs, as they came. */
  readonly output: string;
}

/**
 * extended_states stays the machine's own: it says which packages were installed automatically. The sandbox user _apt cannot
 * enter a private directory.
 */
function configure(root: string): string {
  return `Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "${root}/sources.list.d";
Dir::State "${root}/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::State::extended_states "/var/lib/apt/extended_states";
Dir::Cache "${root}/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "${userInfo().username}";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
DPkg::Lock::Timeout "${LOCK_WAIT_SECONDS}";
`;
}

/** What went wrong, and when an attempt is worth it. */
function explainUpdate(output: string): string {
  return `the package lists could not be fetched: ${explainAptOutput(output).words}`;
}

/**
 * apt with sources, lists and downloads of its own: it knows source packages without a change to /etc/apt. Packages that it
 * installs are the machine's.
 */
export class PrivateApt {
  private constructor(readonly root: string) {}

  /** Prepares it below `cache`, one for each set of sources; several programs may use it at once. Throws EnvironmentError. */
  static async open(cache: string, sources: readonly SourcesFile[]): Promise<PrivateApt> {
    const hash = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 12);
    const apt = new PrivateApt(join(cache, hash));
    try {
      await apt.#prepare(sources);
    } catch (cause) {
      throw new EnvironmentError(`${cache} cannot be used for apt's lists: ${describeCause(cause)}`, { cause });
    }
    return apt;
  }

  /** The variables for programs that call apt themselves. */
  get environment(): Readonly<Record<string, string>> {
    return { APT_CONFIG: join(this.root, "apt.conf"), LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  }

  /** Runs an apt tool. */
  async run(program: string, words: readonly string[], directory: string, signal?: AbortSignal): Promise<AptResult> {
    const { failed, stdout, all, code } = await execa(program, words, {
      cwd: directory,
      env: this.environment,
      all: true,
      reject: false,
      stdin: "ignore",
      detached: true,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal && { cancelSignal: signal }),
    });
    if (code === "ENOENT") {
      throw new EnvironmentError(`${program} is missing: this works on Debian, with the packages apt and dpkg-dev`);
    }
    return { failed, stdout, output: all };
  }

  /**
   * Fetches the lists of packages unless they are young enough. Where that fails, older ones serve: returns a sentence in that case.
   * Throws EnvironmentError where there are none.
   */
  async update(wanted: ListAge): Promise<string | undefined> {
    while (!(await lockDirectory(this.root))) {
      await setTimeout(LOCK_POLL_MILLISECONDS);
    }
    try {
      const age = await this.#age();
      return age < LARGEST_AGE_MILLISECONDS[wanted] ? undefined : await this.#fetchLists(age);
    } finally {
      await unlockDirectory(this.root);
    }
  }

  async #fetchLists(age: number): Promise<string | undefined> {
    for (const pause of [...RETRY_PAUSES_MILLISECONDS, undefined]) {
      // Without Error-Mode a failed download is only a warning and the exit status 0.
      const words = ["-q", "-o", "APT::Update::Error-Mode=any", "update"];
      const { failed, output } = await this.run("apt-get", words, this.root);
      if (!failed) {
        await writeFile(this.#stamp, "");
        return undefined;
      }
      if (pause === undefined || explainAptOutput(output).kind === "other") {
        if (age === Number.POSITIVE_INFINITY) {
          throw new EnvironmentError(explainUpdate(output));
        }
        return `${explainUpdate(output)}; going on with those of ${Math.round(age / 3_600_000)} h ago`;
      }
      await setTimeout(pause);
    }
    return undefined;
  }

  get #stamp(): string {
    return join(this.root, "state/fetched");
  }

  async #age(): Promise<number> {
    const status = await stat(this.#stamp).catch(() => undefined);
    return status === undefined ? Number.POSITIVE_INFINITY : Date.now() - status.mtimeMs;
  }

  async #prepare(sources: readonly SourcesFile[]): Promise<void> {
    for (const directory of ["sources.list.d", "state/lists/partial", "cache/archives/partial"]) {
      await mkdir(join(this.root, directory), { recursive: true });
    }
    for (const { name, text } of sources) {
      await this.#write(`sources.list.d/${name}`, text);
    }
    await this.#write("apt.conf", configure(this.root));
  }

  /** At once: another program may be reading what was there, which has the same text. */
  async #write(name: string, text: string): Promise<void> {
    const temporary = join(this.root, `.${process.pid}.new`);
    try {
      await writeFile(temporary, text);
      await rename(temporary, join(this.root, name));
    } finally {
      await rm(temporary, { force: true });
    }
  }
}
