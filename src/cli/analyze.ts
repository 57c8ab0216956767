// SPDX-License-Identifier: GPL-3.0-or-later
import { basename, join } from "node:path";
import type { AnalysisResult, ConsideredProgram, Progress, StrategyName } from "../analysis/analysis.js";
import { analyze } from "../analysis/analyze.js";
import { JOURNAL_FILE } from "../analysis/journal.js";
import { InterruptedError, UsageError } from "../errors.js";
import { buildManifest, describeLibc } from "../manifest/build-manifest.js";
import { readPrior } from "../manifest/prior-manifests.js";
import type { Manifest } from "../manifest/schema.js";
import { serializeManifest } from "../manifest/serialize.js";
import { writeManifest } from "../manifest/write-manifest.js";
import type { Command } from "../tracing/trace-request.js";
import type { Workload } from "../workload/workload.js";
import { type AnalysisOptions, chooseReplicas, toAnalysisSettings } from "./analysis-settings.js";
import { parseCommandOption, requireCommand, resolveProgram } from "./command-argument.js";
import { toConsideredPattern } from "./considered-option.js";
import { ownEnvironment } from "./environment.js";
import { type Interrupt, withInterrupt } from "./interrupt.js";
import { OUTCOME_STATUS } from "./outcome-status.js";
import { printMessage, printResult } from "./output.js";
import { openProgressDisplay } from "./progress/open-display.js";
import { cleanText } from "./terminal.js";
import { renderVerdictTable } from "./verdict-table.js";
import { openWorkDirectory, type WorkDirectory } from "./work-directory.js";

/** The options of `loupe analyze`. */
export interface AnalyzeOptions extends AnalysisOptions {
  readonly consider: readonly string[];
  readonly detach: readonly string[];
  readonly prior: readonly string[];
  readonly testScript?: string;
  readonly ready?: string;
  readonly strategy: StrategyName;
  readonly replicas?: number;
  readonly timeLimit: number;
  readonly workDir?: string;
  readonly output?: string;
  readonly json: boolean;
  /** Whether every run gets a line. */
  readonly verbose: boolean;
}

async function toWorkload(command: Command, options: AnalyzeOptions): Promise<Workload> {
  const kind = options.metric === undefined ? "check" : "benchmark";
  const base = { kind, command, directory: process.cwd(), environment: ownEnvironment() } as const;
  if (options.testScript === undefined) {
    if (options.ready !== undefined) {
      throw new UsageError("--ready tells when a server is ready, and needs --test-script");
    }
    return { ...base, form: "suite", kind: options.metric === undefined ? "suite" : "benchmark" };
  }
  return {
    ...base,
    form: "server",
    testScript: await parseCommandOption("--test-script", options.testScript),
    ...(options.ready !== undefined && { readyCommand: await parseCommandOption("--ready", options.ready) }),
  };
}

async function toConsidered(command: Command, options: AnalyzeOptions): Promise<readonly ConsideredProgram[]> {
  if (options.consider.length > 0) {
    return options.consider.map((option) => ({
      pattern: toConsideredPattern(option, process.cwd()),
      reason: "named",
    }));
  }
  const program = await resolveProgram(command[0]);
  printMessage(`considering ${program} alone; name others with --consider`);
  return [{ pattern: program, reason: "named" }];
}

/** A path that nobody executes is a mistake, and hours of runs would not show it. */
function refuseNeverExecuted(progress: Progress): void {
  if (progress.kind === "observed" && progress.neverExecuted.length > 0) {
    const ran = progress.executed.map(cleanText).join(", ");
    throw new UsageError(`no process executed ${progress.neverExecuted.join(", ")}; what ran: ${ran}`);
  }
}

async function runAnalysis(
  command: Command,
  options: AnalyzeOptions,
  directory: WorkDirectory,
  interrupt: Interrupt,
): Promise<AnalysisResult> {
  const settings = toAnalysisSettings(options);
  const request = {
    workload: await toWorkload(command, options),
    considered: await toConsidered(command, options),
    ...settings,
    ...(options.prior.length > 0 && { prior: await readPrior(options.prior) }),
    strategy: options.strategy,
    replicas: chooseReplicas(options.replicas, options),
    detach: options.detach.map((pattern) => toConsideredPattern(pattern, process.cwd())),
    baselineTimeLimitSeconds: options.timeLimit,
    workDirectory: directory.path,
    signal: interrupt.signal,
  };
  const plan = { replicas: request.replicas, impact: settings.impact !== "ignored" };
  const display = await openProgressDisplay(plan, options.verbose);
  try {
    return await analyze({
      ...request,
      onProgress: (progress) => {
        display.listener(progress);
        refuseNeverExecuted(progress);
      },
    });
  } finally {
    await display.end();
  }
}

/** What makes a command the same, so that it goes on where it was interrupted: not how much it says. */
function identify(words: readonly string[], { verbose: _, ...options }: AnalyzeOptions): readonly string[] {
  return [process.cwd(), ...words, JSON.stringify(options)];
}

function namePackage(command: Command, options: AnalyzeOptions): string {
  const named = options.consider.find((option) => !/[*?[]/.test(option));
  return basename(named ?? command[0]);
}

async function present(manifest: Manifest, options: AnalyzeOptions): Promise<void> {
  if (options.output !== undefined) {
    await writeManifest(options.output, manifest);
  }
  await printResult(options.json ? serializeManifest(manifest) : renderVerdictTable(manifest));
  if (options.output !== undefined) {
    printMessage(`wrote ${options.output}`);
  }
}

/**
 * `loupe analyze`: finds out which system calls the considered executables of a command really need, prints the verdicts, and
 * writes a manifest. Returns the exit status: 0, what the outcome stands for, or 128 + N when a signal ended it: the finished
 * experiments are then in the work directory. Throws LoupeError.
 */
export async function analyzeCommand(words: readonly string[], options: AnalyzeOptions): Promise<number> {
  const command = await requireCommand(words);
  return withInterrupt(async (interrupt) => {
    const directory = await openWorkDirectory(options.workDir, identify(words, options));
    let content: "keep" | "remove" = "keep";
    try {
      const result = await runAnalysis(command, options, directory, interrupt);
      for (const warning of result.warnings) {
        printMessage(`warning: ${cleanText(warning)}`);
      }
      const manifest = buildManifest({
        package: { name: namePackage(command, options) },
        result,
        libc: await describeLibc(),
      });
      await present(manifest, options);
      content = result.outcome === "analyzed" ? "remove" : "keep";
      return OUTCOME_STATUS[result.outcome];
    } catch (error) {
      if (error instanceof InterruptedError) {
        printMessage(`interrupted; the same command goes on from ${join(directory.path, JOURNAL_FILE)}`);
        return interrupt.exitStatus() ?? error.exitStatus;
      }
      content = error instanceof UsageError ? "remove" : "keep";
      throw error;
    } finally {
      await directory.release(content);
      if (content === "keep" && !directory.named) {
        printMessage(`logs are in ${directory.path}`);
      }
    }
  });
}
