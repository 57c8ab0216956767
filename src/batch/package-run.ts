// SPDX-License-Identifier: GPL-3.0-or-later
import { lchown, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SourcePackage } from "../debian/apt/fetch-source.js";
import type { PrivateApt } from "../debian/apt/private-apt.js";
import { stripEpoch } from "../debian/version.js";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError } from "../errors.js";
import type { Command } from "../tracing/trace-request.js";
import { quoteLastLines } from "../workload/log.js";
import type { CappedLog } from "./capped-log.js";
import type { Account, Containment, Containments } from "./containment.js";
import { StageFailure } from "./measured-package.js";
import { type CommandEnd, runContained } from "./run-contained.js";
import type { MeasureSettings } from "./settings.js";

/** The chroot in which packages are built by sbuild. */
export interface BatchChroot {
  /** The tar archive. */
  readonly archive: string;
  readonly distribution: string;
  readonly extraPackages: readonly string[];
}

/** What all packages of a batch share. */
export interface Workshop {
  readonly apt: PrivateApt;
  readonly containments: Containments;
  readonly account: Account | undefined;
  readonly settings: MeasureSettings;
  /** Absent: on this machine itself. */
  readonly chroot: BatchChroot | undefined;
  /** Runs one after the other what changes the packages that this machine has. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** The name of everything that belongs to a source package in one version. */
export function nameOf({ source, version }: SourcePackage): string {
  return `${source}_${stripEpoch(version)}`;
}

/** Variables that would reach a build from the one who started the batch. */
const INHERITED = /^(?:LANG|TZ|https?_proxy|no_proxy|LOUPE_TRACER|LOUPE_SCANNER|DEB_LOUPE_OPTIONS)$/i;

/**
 * Where programs of a build are looked for: sbuild's $path. What somebody has put before it, such as a version manager's python3, is not
 * what Debian builds with. Last, the directory of the node that this runs on, which dh_loupe needs, too.
 */
const BUILD_PATH = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  dirname(process.execPath),
];

/** What a package ends with that took too much disk. */
export function failByDiskLimit(bytes: number, limit: number): StageFailure {
  return new StageFailure(
    "environment-error",
    `it took ${bytes} bytes of disk, more than the ${limit} that it may have (--disk-limit)`,
  );
}

/** How one command of a package is run, and what it means when it does not exit with 0. */
export interface PackageCommand {
  readonly command: Command;
  readonly directory: string;
  readonly containment: Containment;
  readonly variables?: Readonly<Record<string, string>>;
  readonly graceSeconds: number;
}

/** One package while it is measured: its directory, its log, and what is left of its time. */
export class PackageRun {
  readonly #deadline: number;

  constructor(
    readonly workshop: Workshop,
    readonly source: SourcePackage,
    /** Options of dh_loupe (dh_loupe(1)). */
    readonly analysisOptions: readonly string[],
    readonly directory: string,
    readonly log: CappedLog,
    readonly signal: AbortSignal,
  ) {
    this.#deadline = performance.now() + workshop.settings.timeLimitSeconds * 1000;
  }

  /** A directory in the package's own, empty, and owned by the one whom commands are run as. */
  async makeDirectory(name: string): Promise<string> {
    const path = join(this.directory, name);
    await rm(path, { recursive: true, force: true });
    await this.keepDirectory(name);
    return path;
  }

  /** The same with what an earlier attempt has left there. */
  async keepDirectory(name: string): Promise<string> {
    const path = join(this.directory, name);
    await mkdir(path, { recursive: true });
    await this.give(path);
    return path;
  }

  /** Gives a file or directory to the one whom commands are run as. */
  async give(path: string): Promise<void> {
    const { account } = this.workshop;
    if (account !== undefined) {
      // apt links to the files of an archive on this machine: those stay their owner's.
      await lchown(path, account.uid, account.gid);
    }
  }

  /** Runs a command, with its output in the log. Throws StageFailure when a limit ends it, InterruptedError, EnvironmentError. */
  async run({ command, directory, containment, variables, graceSeconds }: PackageCommand): Promise<CommandEnd> {
    const { settings, account } = this.workshop;
    this.log.note(`running ${command.join(" ")}`);
    const end = await runContained({
      command,
      directory,
      environment: { ...(await this.#environment()), ...variables },
      account,
      containment,
      log: this.log,
      timeLimitSeconds: this.secondsLeft,
      disk: { directory: this.directory, limitBytes: settings.diskLimitBytes },
      graceSeconds,
      signal: this.signal,
    });
    this.#refuseLimits(end);
    return end;
  }

  /** The sentence for a command that failed, with its last lines. */
  explain(what: string, end: CommandEnd): string {
    const how = end.kind === "exited" ? `failed (exit status ${end.status})` : `was ended by ${JSON.stringify(end)}`;
    const lines = quoteLastLines(this.log.tail);
    return lines === "" ? `${what} ${how}` : `${what} ${how}; its last lines:\n${lines}`;
  }

  /** What is left of the package's time. */
  get secondsLeft(): number {
    return Math.max(0.001, (this.#deadline - performance.now()) / 1000);
  }

  /** Whether a failure is one of the machine: no build gets further on a full disk. */
  get isDiskFull(): boolean {
    return /No space left on device|Disk quota exceeded/.test(this.log.tail.slice(-16_384));
  }

  #refuseLimits(end: CommandEnd): void {
    const { timeLimitSeconds, diskLimitBytes } = this.workshop.settings;
    if (end.kind === "time-limit") {
      throw new StageFailure("timeout", `it was not finished after ${timeLimitSeconds} s (--time-limit)`);
    }
    if (end.kind === "disk-limit") {
      throw failByDiskLimit(end.bytes, diskLimitBytes);
    }
  }

  async #environment(): Promise<Readonly<Record<string, string>>> {
    const inherited = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && INHERITED.test(entry[0]),
    );
    const home = await this.keepDirectory("home").catch((cause) => {
      throw new EnvironmentError(`${this.directory} cannot be used: ${describeCause(cause, this.directory)}`, {
        cause,
      });
    });
    return { ...Object.fromEntries(inherited), PATH: BUILD_PATH.join(":"), HOME: home, LC_ALL: "C.UTF-8" };
  }
}
