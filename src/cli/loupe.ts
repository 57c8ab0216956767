// SPDX-License-Identifier: GPL-3.0-or-later
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { LoupeError } from "../errors.js";
import { VERSION } from "../version.js";
import type { AnalyzeOptions } from "./analyze.js";
import type { CompareOptions } from "./compare.js";
import { CONSIDER_HELP } from "./considered-option.js";
import { addDatabase, addUsage } from "./database-commands.js";
import { printMessage } from "./output.js";
import { addPlan } from "./plan-command.js";
import { addReport } from "./report-command.js";
import type { TraceOptions } from "./trace.js";

const USAGE_STATUS = 2;
const LARGEST_COUNT = 1000;
const DEFAULT_TIME_LIMIT_SECONDS = 3600;

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > LARGEST_COUNT) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${LARGEST_COUNT}.`);
  }
  return count;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0) {
    throw new InvalidArgumentError("It must be a number of seconds greater than 0.");
  }
  return seconds;
}

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
    .option("--json", "write JSON to standard output", false)
    .action(async (before: string, after: string, options: CompareOptions) => {
      const { compareCommand } = await import("./compare.js");
      finish(await compareCommand(before, after, options));
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
    .configureOutput({ outputError: (text) => printMessage(text.replace(/^error: /, "").trimEnd()) });
  addTrace(program, finish);
  addAnalyze(program, finish);
  addCompare(program, finish);
  addPlan(program, finish);
  addReport(program, finish);
  addDatabase(program, finish);
  addUsage(program, finish);
  try {
    await program.parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    const { message, status: failed } = describe(error);
    if (message !== undefined) {
      printMessage(message);
    }
    return failed;
  }
}
