// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of `loupe batch` and their options.
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_BATCH_DIRECTORY } from "../../batch/batch-directory.js";
import { BATCH_OUTCOMES } from "../../batch/outcome.js";
import { BUILD_SYSTEMS } from "../../debian/build-system.js";
import { collect, parseCount, parseSeconds } from "../option-values.js";
import { type BatchRetryOptions, type BatchRunOptions, DEFAULTS, parseSize, type SelectionOptions } from "./options.js";
import type { BatchStatusOptions } from "./status.js";

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

/** Options about how each package is measured. */
export function addMeasureOptions(command: Command): Command {
  return command
    .option("--local", "build on this machine itself, and install build dependencies on it", false)
    .option("--user <name>", "build and analyze as this user; needs root")
    .option("--apt-sources <file>", "sources of packages (sources.list(5)) in place of the machine's")
    .option("--time-limit <seconds>", "limit for everything of a package together", parseSeconds, DEFAULTS.timeLimit)
    .addOption(size("--disk-limit <size>", "disk that a package may take", DEFAULTS.diskLimit, "8G"))
    .addOption(size("--log-limit <size>", "largest log of a package", DEFAULTS.logLimit, "4M"))
    .option("--replicas <n>", "how often a successful run of an analysis is repeated", parseCount)
    .addOption(new Option("--strategy <name>", "how verdicts are searched").choices(["adaptive", "exhaustive"]))
    .option("--observe", "one run of each suite and no verdicts", false)
    .option("--sub-features", "also judge the functions of ioctl, fcntl, mmap and the like", false)
    .option("--pseudo-files", "also judge files under /proc, /sys and /dev", false);
}

/** Options that select packages. */
export function addSelectionOptions(command: Command): Command {
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

function parseMost(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new InvalidArgumentError("It must be a whole number greater than 0.");
  }
  return Number(text);
}

function addRunOptions(command: Command): Command {
  return addMeasureOptions(addBatchDirectory(command))
    .addOption(
      new Option("--db <file|url>", "merge results into this database, an SQLite file or postgres://...").env(
        "LOUPE_DB",
      ),
    )
    .option("--jobs <n>", "packages at the same time (default: a quarter of the processors)", parseCount)
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
  addBatchDirectory(batch.command("status").description("show how far the packages of a batch are"))
    .addOption(choice("--outcome <name>", "only packages that ended so", BATCH_OUTCOMES))
    .option("--json", "write JSON to standard output", false)
    .action(async (options: BatchStatusOptions) => {
      const { batchStatusCommand } = await import("./status.js");
      finish(await batchStatusCommand(options));
    });
}

/** Adds `loupe batch`. */
export function addBatch(program: Command, finish: Finish): void {
  const batch = program.command("batch").description("measure many source packages");
  addRun(batch, finish);
  addStatus(batch, finish);
  addRetry(batch, finish);
}
