// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of `loupe batch` and their options.
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_BATCH_DIRECTORY } from "../../batch/batch-directory.js";
import { BATCH_OUTCOMES } from "../../batch/outcome.js";
import { DEFAULT_LEASE_SECONDS } from "../../batch/queue/job.js";
import { parseServerUrl } from "../../client/server-url.js";
import { BUILD_SYSTEMS } from "../../debian/build-system.js";
import { collect, parseCount, parseSeconds } from "../option-values.js";
import type { BatchEnqueueOptions } from "./enqueue.js";
import { type BatchRetryOptions, type BatchRunOptions, DEFAULTS, parseSize, type SelectionOptions } from "./options.js";
import type { BatchStatusOptions } from "./status.js";
import type { BatchWorkerOptions } from "./worker.js";

type Finish = (status: number) => void;

const LARGEST_RETRIES = 20;

function parseRetries(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > LARGEST_RETRIES) {
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${LARGEST_RETRIES}.`);
  }
  return Number(text);
}

/** One of some words; repeatable. */
function choice(flags: string, description: string, words: readonly string[]): Option {
  const parse = (text: string, before: readonly string[]): readonly string[] => {
    if (!words.includes(text)) {
      throw new InvalidArgumentError(`Known: ${words.join(", ")}.`);
    }
    return [...before, text];
  };
  return new Option(flags, `${description}; repeatable`).default([], "all").argParser(parse);
}

function size(flags: string, description: string, bytes: number, shown: string): Option {
  return new Option(flags, description).default(bytes, shown).argParser(parseSize);
}

function addBatchDirectory(command: Command): Command {
  return command.option(
    "--batch-dir <directory>",
    "the batch: its journal, manifests and logs",
    DEFAULT_BATCH_DIRECTORY,
  );
}

/** Options of dh_loupe. */
function addAnalysisOptions(command: Command): Command {
  return command
    .option("--replicas <n>", "how often a successful run of an analysis is repeated", parseCount)
    .addOption(new Option("--strategy <name>", "how verdicts are searched").choices(["adaptive", "exhaustive"]))
    .option("--observe", "one run of each suite and no verdicts", false)
    .option("--sub-features", "also judge the functions of ioctl, fcntl, mmap and the like", false)
    .option("--pseudo-files", "also judge files under /proc, /sys and /dev", false);
}

function addAptSources(command: Command): Command {
  return command.option("--apt-sources <file>", "sources of packages (sources.list(5)) in place of the machine's");
}

/** Options about how each package is measured on this machine. */
function addMeasureOptions(command: Command): Command {
  return addAptSources(command)
    .option("--local", "build on this machine itself, and install build dependencies on it", false)
    .option("--user <name>", "build and analyze as this user; needs root and --local")
    .option("--chroot <file>", "build in this archive of a chroot; default: sbuild's own for the distribution")
    .option("--dist <name>", "build for this distribution; default: the machine's")
    .option("--extra-package <path>", "a package, or a directory of them, for the chroot; repeatable", collect, [])
    .option("--static", "also look at the source of each package, and with --local at the code of its programs", false)
    .option("--jobs <n>", "packages at the same time (default: a quarter of the processors)", parseCount)
    .option("--time-limit <seconds>", "limit for everything of a package together", parseSeconds, DEFAULTS.timeLimit)
    .addOption(size("--disk-limit <size>", "disk that a package may take", DEFAULTS.diskLimit, "8G"))
    .addOption(size("--log-limit <size>", "largest log of a package", DEFAULTS.logLimit, "4M"));
}

/** Options that select packages. */
function addSelectionOptions(command: Command): Command {
  return command
    .argument("[package...]", "source packages, PACKAGE or PACKAGE=VERSION")
    .option("--from <file>", "names of packages, one a line; repeatable", collect, [])
    .option("--all", "all source packages that apt knows", false)
    .option("--sources <file>", "choose from this Sources index (.xz, .gz or plain)")
    .option("--section <pattern>", "only packages of this section; repeatable", collect, [])
    .option("--testsuite <name>", "only packages with this word in their Testsuite field; repeatable", collect, [])
    .addOption(choice("--build-system <name>", "only packages whose build dependencies show this", BUILD_SYSTEMS))
    .option("--popcon <file>", "the most popular first, by this by_inst file of popcon.debian.org")
    .option("--most <n>", "at most so many packages", parseMost);
}

function parseLease(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > 3600) {
    throw new InvalidArgumentError("It must be a whole number of seconds from 1 to 3600.");
  }
  return seconds;
}

function parseMost(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new InvalidArgumentError("It must be a whole number greater than 0.");
  }
  return Number(text);
}

/** The URL may hold a password, and whoever is on a machine sees what stands on its command lines: there is a variable, too. */
function databaseOption(description: string): Option {
  return new Option("--db <file|url>", description).env("LOUPE_DB");
}

function addRunOptions(command: Command): Command {
  return addAnalysisOptions(addMeasureOptions(addBatchDirectory(command)))
    .addOption(databaseOption("merge results into this database, an SQLite file or postgres://..."))
    .option(
      "--retries <n>",
      "how often a fault of mirror or machine is met by another attempt",
      parseRetries,
      DEFAULTS.retries,
    )
    .option(
      "--retry-delay <seconds>",
      "pause before the first of them; each later one is 4 times as long",
      parseSeconds,
      DEFAULTS.retryDelay,
    )
    .option("--json", "write every package's state as JSON to standard output", false);
}

function addRun(batch: Command, finish: Finish): void {
  addRunOptions(
    addSelectionOptions(batch.command("run").description("measure source packages, and go on after an interruption")),
  )
    .option("--again", "also measure builds that the database has", false)
    .option("--lookup <url>", "ask this server first: what it has an analysis of is taken from there", (text) =>
      parseServerUrl(text, "--lookup"),
    )
    .action(async (words: readonly string[], options: BatchRunOptions & SelectionOptions) => {
      const { batchRunCommand } = await import("./run.js");
      finish(await batchRunCommand(words, options));
    });
}

function addRetry(batch: Command, finish: Finish): void {
  const command = batch
    .command("retry")
    .description("measure packages of a batch again, by default those that the machine or the mirror kept from it")
    .argument("[package...]", "these packages, whatever their outcome")
    .addOption(
      choice("--outcome <name>", "packages that ended so", BATCH_OUTCOMES).default([], "faults of the machine"),
    );
  addRunOptions(command).action(async (words: readonly string[], options: BatchRetryOptions) => {
    const { batchRetryCommand } = await import("./run.js");
    finish(await batchRetryCommand(words, options));
  });
}

function addStatus(batch: Command, finish: Finish): void {
  addBatchDirectory(batch.command("status").description("show how far the packages of a batch, or of a queue, are"))
    .option("--db <url>", "show the queue of this database (postgres://...)")
    .addOption(choice("--outcome <name>", "only packages that ended so", BATCH_OUTCOMES))
    .option("--json", "write JSON to standard output", false)
    .action(async (options: BatchStatusOptions) => {
      const { batchStatusCommand } = await import("./status.js");
      finish(await batchStatusCommand(options));
    });
}

function queueOption(): Option {
  return databaseOption("the database with the queue, postgres://...").makeOptionMandatory();
}

function addEnqueue(batch: Command, finish: Finish): void {
  const command = batch.command("enqueue").description("put source packages into the queue of a database, for workers");
  addAnalysisOptions(addAptSources(addSelectionOptions(command)))
    .addOption(queueOption())
    .option(
      "--lease <seconds>",
      "a worker that is not heard from for so long is lost",
      parseLease,
      DEFAULT_LEASE_SECONDS,
    )
    .option("--again", "also packages that the database has", false)
    .action(async (words: readonly string[], options: BatchEnqueueOptions) => {
      const { batchEnqueueCommand } = await import("./enqueue.js");
      finish(await batchEnqueueCommand(words, options));
    });
}

function addWorker(batch: Command, finish: Finish): void {
  addMeasureOptions(batch.command("worker").description("take packages from the queue of a database and measure them"))
    .addOption(queueOption())
    .option("--work-dir <directory>", "logs, and what is being measured", "loupe-worker")
    .option("--until-empty", "end when all packages of the queue have ended; default: wait for more", false)
    .action(async (options: BatchWorkerOptions) => {
      const { batchWorkerCommand } = await import("./worker.js");
      finish(await batchWorkerCommand(options));
    });
}

/** Adds `loupe batch`. */
export function addBatch(program: Command, finish: Finish): void {
  const batch = program.command("batch").description("measure many source packages");
  addRun(batch, finish);
  addStatus(batch, finish);
  addRetry(batch, finish);
  addEnqueue(batch, finish);
  addWorker(batch, finish);
}
