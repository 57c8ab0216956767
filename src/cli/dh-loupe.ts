// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { AnalysisResult, Outcome } from "../analysis/analysis.js";
import { type PackageBuild, readBuild } from "../debian/build.js";
import { addBuildArtifact, wasBuiltByDh } from "../debian/build-artifact.js";
import { type BuildOptions, readBuildOptions, type Variables } from "../debian/build-options.js";
import { writeDebhelperLog } from "../debian/debhelper-log.js";
import { STEP_VARIABLE } from "../debian/dh-step.js";
import { InterruptedError, LoupeError, UsageError } from "../errors.js";
import { VERSION } from "../version.js";
import { analyzeBuild } from "./dh-loupe-analysis.js";
import { nameManifest, writeBuildManifest } from "./dh-loupe-manifest.js";
import { type DhLoupeOptions, readDhLoupeOptions } from "./dh-loupe-options.js";
import { DH_LOUPE_USAGE } from "./dh-loupe-usage.js";
import { type DhMessages, type Loudness, makeDhMessages } from "./dh-messages.js";
import { type Interrupt, withInterrupt } from "./interrupt.js";
import { printText } from "./output.js";

/** What every debhelper command exits with when its options or the source package are wrong (Dh_Lib::error). */
const DEBHELPER_ERROR = 25;

/** --strict: the suite does not let itself be analyzed; this machine does not let us. */
const STRICT_STATUS: Readonly<Record<Exclude<Outcome, "analyzed" | "observed">, number>> = {
  "no-tests": 4,
  "baseline-fails": 4,
  flaky: 4,
  timeout: 4,
  "build-fails": 4,
  "tracer-error": 3,
  "environment-error": 3,
};

function chooseLoudness(options: DhLoupeOptions, buildOptions: BuildOptions, variables: Variables): Loudness {
  if (options.verbose) {
    return "verbose";
  }
  return (variables.DH_QUIET ?? "") !== "" || buildOptions.terse ? "quiet" : "normal";
}

/** Why nothing is to be done in any package, if so. */
function findReasonToDoNothing(buildOptions: BuildOptions): string | undefined {
  if (buildOptions.noloupe) {
    return "switched off by DEB_BUILD_OPTIONS=noloupe";
  }
  return buildOptions.nocheck ? "nothing is tested: DEB_BUILD_OPTIONS or DEB_BUILD_PROFILES say nocheck" : undefined;
}

/** Why there is nothing to do for this build, if so. */
function findReasonToSkip(build: PackageBuild, options: DhLoupeOptions): string | undefined {
  if (build.architecture.host !== build.architecture.build) {
    return `programs for ${build.architecture.host} are not run here: this is a cross-build on ${build.architecture.build}`;
  }
  if (build.selected.length === 0) {
    return "there is no package to act on";
  }
  if (build.selected.every((binary) => build.built.indep.includes(binary)) && build.built.arch.length > 0) {
    return "none of the packages acted on is architecture-dependent; those that are have their own run";
  }
  return options.noAct ? "nothing is done: --no-act" : undefined;
}

function tellOutcome(result: AnalysisResult, messages: DhMessages): void {
  for (const warning of result.warnings) {
    messages.warn(warning);
  }
  if (result.outcome !== "analyzed" && result.outcome !== "observed") {
    messages.warn(`${result.outcome}: ${result.reason}`);
  }
}

function toExitStatus(result: AnalysisResult, options: DhLoupeOptions): number {
  if (!options.strict || result.outcome === "analyzed" || (result.outcome === "observed" && options.observe)) {
    return 0;
  }
  return result.outcome === "observed" ? 4 : STRICT_STATUS[result.outcome];
}

async function runForBuild(
  build: PackageBuild,
  options: DhLoupeOptions,
  messages: DhMessages,
  signal: AbortSignal,
): Promise<number> {
  const workDirectory = resolve(options.workDirectory ?? join(build.tree, "debian/.debhelper/loupe"));
  const result = await analyzeBuild({ build, options, messages, workDirectory, signal, variables: process.env });
  tellOutcome(result, messages);
  await writeBuildManifest(build, result, options, messages);
  if (!options.afterBuild) {
    await writeDebhelperLog(build.tree, build.selected);
  }
  return toExitStatus(result, options);
}

/** Makes the manifest, where there is one beside the packages, one of the files of this build. */
async function listManifest(build: PackageBuild, messages: DhMessages): Promise<void> {
  const name = nameManifest(build);
  if (existsSync(join(dirname(build.tree), name))) {
    await addBuildArtifact(build.tree, name);
    messages.say(`${name} is one of the files of this build`);
  }
}

/** --after-build: dh has run dh_loupe during the build, or else it is run now; then its manifest is listed. */
async function runAfterBuild(
  build: PackageBuild,
  options: DhLoupeOptions,
  messages: DhMessages,
  signal: AbortSignal,
): Promise<number> {
  const status = (await wasBuiltByDh(build.tree)) ? 0 : await runForBuild(build, options, messages, signal);
  await listManifest(build, messages);
  return status;
}

async function run(
  options: DhLoupeOptions,
  buildOptions: BuildOptions,
  messages: DhMessages,
  interrupt: Interrupt,
): Promise<number> {
  const skip = (reason: string): number => {
    messages.say(`skipped: ${reason}`);
    return 0;
  };
  try {
    const nothing = findReasonToDoNothing(buildOptions);
    if (nothing !== undefined) {
      return skip(nothing);
    }
    const build = await readBuild({ ...options, directory: process.cwd(), buildOptions });
    const reason = findReasonToSkip(build, options);
    if (reason !== undefined) {
      return skip(reason);
    }
    const runIt = options.afterBuild ? runAfterBuild : runForBuild;
    return await runIt(build, options, messages, interrupt.signal);
  } catch (error) {
    if (error instanceof InterruptedError) {
      messages.fail(`${error.message}; finished runs are kept, and dh_loupe goes on after them when it is run again`);
      return interrupt.exitStatus() ?? error.exitStatus;
    }
    throw error;
  }
}

/**
 * dh_loupe: analyzes the package in the current directory. `words` are the command line without the program's name. Returns
 * the exit status.
 */
export async function main(words: readonly string[]): Promise<number> {
  const variables = process.env;
  if ((variables[STEP_VARIABLE] ?? "") !== "") {
    // We are inside a test step that dh_loupe itself runs.
    return 0;
  }
  const buildOptions = readBuildOptions(variables);
  let messages = makeDhMessages("normal", variables);
  try {
    const options = readDhLoupeOptions(words, variables, process.cwd());
    messages = makeDhMessages(chooseLoudness(options, buildOptions, variables), variables);
    if (options.action !== "run") {
      printText(options.action === "help" ? DH_LOUPE_USAGE : `dh_loupe ${VERSION}\n`);
      return 0;
    }
    for (const warning of options.warnings) {
      messages.warn(warning);
    }
    return await withInterrupt((interrupt) => run(options, buildOptions, messages, interrupt));
  } catch (error) {
    if (!(error instanceof LoupeError)) {
      throw error;
    }
    messages.fail(error.message);
    return error instanceof UsageError ? DEBHELPER_ERROR : error.exitStatus;
  }
}
