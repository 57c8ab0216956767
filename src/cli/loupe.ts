// SPDX-License-Identifier: GPL-3.0-or-later
import { Command, CommanderError, Option } from "commander";
import { LoupeError } from "../errors.js";
import { VERSION } from "../version.js";
import type { AnalyzeOptions } from "./analyze.js";
import { addBatch } from "./batch/commands.js";
import type { BuildOptions } from "./build.js";
import type { CompareOptions } from "./compare.js";
import { CONSIDER_HELP } from "./considered-option.js";
import { addDatabase, addUsage } from "./database-commands.js";
import { addExport } from "./export-options.js";
import { collect, DEFAULT_TIME_LIMIT_SECONDS, parseCount, parseSeconds } from "./option-values.js";
import { printMessage, printText } from "./output.js";
import { addPlan } from "./plan-command.js";
import { addReport } from "./report-command.js";
import { addSharing } from "./sharing-commands.js";
import { splitCommand } from "./split-command.js";
import { addReturns, addStatic } from "./static-options.js";
import type { TraceOptions } from "./trace.js";

const USAGE_STATUS = 2;
const DEFAULT_BUILD_TIME_LIMIT_SECONDS = 6 * 3600;

function addTrace(program: Command, finish: (status: number) => void): void {
  program
    .command("trace")
    .description("run a command once and show the system calls of its executables")
    .argument("[command...]", "the command and its arguments, after --")
    .option("--consider <path>", `${CONSIDER_HELP}; default: all executables`, collect, [])
    .option("--syscall <name>", "show only this system call; repeatable", collect, [])
    .option("--json", "write JSON to standard output", false)
    .action(async (words: readonly string[], options: TraceOptions) => {
      const { traceCommand } = await import("./trace.js");
      finish(await traceCommand(words, options));
    });
}

function addAnalyze(program: Command, finish: (status: number) => void): void {
  program
    .command("analyze")
    .description("find out which system calls a command really needs, by stubbing and faking each of them")
    .argument("[command...]", "a test suite, or with --test-script a server, after --")
    .option("--consider <path>", `${CONSIDER_HELP}; default: the command's own program`, collect, [])
    .option("--test-script <script>", "the command is a server; run this program or shell command against it")
    .option("--ready <command>", "exits 0 when the server is ready; default: wait until it listens on a socket")
    .addOption(
      new Option("--strategy <name>", "how verdicts are searched")
        .choices(["adaptive", "exhaustive"])
        .default("adaptive"),
    )
    .option("--jobs <n>", "runs at the same time; default: as many as make good use of the machine", parseCount)
    .option("--sub-features", "also judge the functions of ioctl, fcntl, mmap and the like", false)
    .option("--pseudo-files", "also judge files under /proc, /sys and /dev", false)
    .option("--prior <path>", "manifest, or directory of manifests, to learn from what to try first", collect, [])
    .option(
      "--metric [pattern]",
      "the number that the workload prints; pattern: regular expression with a group for it",
    )
    .option("--impact", "compare memory and descriptors (and the metric) with the baseline", false)
    .option("--strict-impact", "what changes one of them counts as a failure", false)
    .option("--detach <path>", "a debugger that is let go with its children; repeatable", collect, [])
    .option("--replicas <n>", "how often a successful run is repeated (default: 3; 10 with --impact)", parseCount)
    .option("--time-limit <seconds>", "limit for the first run", parseSeconds, DEFAULT_TIME_LIMIT_SECONDS)
    .option("--work-dir <directory>", "keep logs and finished results here")
    .option("--output <file>", "write the manifest here")
    .option("--json", "write the manifest to standard output", false)
    .option("--verbose", "tell of every run, a line for each, in place of a short display of the progress", false)
    .action(async (words: readonly string[], options: AnalyzeOptions) => {
      const { analyzeCommand } = await import("./analyze.js");
      finish(await analyzeCommand(words, options));
    });
}

function addCompare(program: Command, finish: (status: number) => void): void {
  program
    .command("compare")
    .description("show how a manifest differs from an earlier one; exit status 1 when it does")
    .argument("<before>", "the earlier manifest")
    .argument("<after>", "the later manifest")
    .addOption(
      new Option("--fail-on <drift>", "what exits with 1: any drift, or only drift for the worse")
        .choices(["any", "worse"])
        .default("any"),
    )
    .option("--ignore <feature>", "leave a feature out of the comparison; repeatable", collect, [])
    .option("--json", "write JSON to standard output", false)
    .action(async (before: string, after: string, options: CompareOptions) => {
      const { compareCommand } = await import("./compare.js");
      finish(await compareCommand(before, after, options));
    });
}

function addBuild(program: Command, finish: (status: number) => void): void {
  program
    .command("build")
    .description(
      "build an unmodified source package in a chroot, by sbuild, with dh_loupe, and show what its programs need",
    )
    .argument("<dsc>", "the .dsc file of a source package")
    .option("--dist <release>", "the release to build for; default: that of this machine")
    .option(
      "--chroot <archive>",
      "tar archive of the chroot; default: sbuild's own for the release, in ~/.cache/sbuild",
    )
    .option(
      "--extra-package <path>",
      "package that the chroot's sources do not have: dh-loupe; repeatable",
      collect,
      [],
    )
    .option("--output-dir <directory>", "what the build makes goes here, with its log", ".")
    .option("--options <words>", "options of dh_loupe; default: DEB_LOUPE_OPTIONS")
    .option("--time-limit <seconds>", "limit for the whole build", parseSeconds, DEFAULT_BUILD_TIME_LIMIT_SECONDS)
    .option("--json", "write the manifest to standard output", false)
    .option("--verbose", "show the build's log while it grows, on standard error", false)
    .action(async (dsc: string, options: BuildOptions) => {
      const { buildCommand } = await import("./build.js");
      finish(await buildCommand(dsc, options));
    });
}

function describe(error: unknown): { readonly message?: string; readonly status: number } {
  if (error instanceof LoupeError) {
    return { message: error.message, status: error.exitStatus };
  }
  if (error instanceof CommanderError) {
    // Commander has printed its sentence; help and version that were asked for are no errors.
    return { status: error.exitCode === 0 ? 0 : USAGE_STATUS };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `internal error, please report it: ${stack}`, status: 3 };
}

/** Commander's sentence about a command line, in our form, with the way out. */
function explainUsageError(text: string): string {
  return `${text.replace(/^error: (command-argument value )?/, "").trimEnd()}\n(add --help to see what there is)`;
}

/** Runs `loupe` with the given words (without node and script) and returns the exit status. */
export async function runLoupe(words: readonly string[]): Promise<number> {
  let status = 0;
  const finish = (result: number): void => {
    status = result;
  };
  const program = new Command("loupe")
    .description("Tells which operating-system features programs really need.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: printText, outputError: (text) => printMessage(explainUsageError(text)) });
  addTrace(program, finish);
  addAnalyze(program, finish);
  addBuild(program, finish);
  addCompare(program, finish);
  const split = splitCommand(words);
  addExport(program, split, finish);
  addStatic(program, finish);
  addReturns(program, finish);
  addPlan(program, finish);
  addBatch(program, finish);
  addReport(program, finish);
  addDatabase(program, finish);
  addUsage(program, finish);
  addSharing(program, finish);
  try {
    await program.parseAsync(split.own, { from: "user" });
    return status;
  } catch (error) {
    const { message, status: failed } = describe(error);
    if (message !== undefined) {
      printMessage(message);
    }
    return failed;
  }
}
