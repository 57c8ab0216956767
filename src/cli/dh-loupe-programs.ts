// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { FailedAnalysis } from "../analysis/analysis.js";
import { explainFailure, requireConclusive } from "../analysis/run-checks.js";
import type { PackageBuild } from "../debian/build.js";
import type { Variables } from "../debian/build-options.js";
import {
  type Classification,
  classify,
  findNeverExecuted,
  hasCandidates,
  type SelectedProgram,
  selectConsidered,
} from "../debian/classification.js";
import { makeExecutedFileReader } from "../debian/executed-file.js";
import type { ScratchInstall } from "../debian/scratch-install.js";
import { countShippedFiles } from "../debian/shipped-files.js";
import type { TraceReport } from "../tracing/trace-report.js";
import type { RunResult } from "../workload/run-result.js";
import { runSuite } from "../workload/run-suite.js";
import type { SuiteWorkload } from "../workload/workload.js";
import type { DhLoupeOptions } from "./dh-loupe-options.js";
import type { DhMessages } from "./dh-messages.js";

/** All that the analysis of a build needs. */
export interface BuildAnalysisRequest {
  readonly build: PackageBuild;
  readonly options: DhLoupeOptions;
  readonly variables: Variables;
  readonly messages: DhMessages;
  readonly workDirectory: string;
  readonly signal: AbortSignal;
}

/** The package's own steps, ready to be run. */
export interface PackageSteps {
  readonly workload: SuiteWorkload;
  /** Finds out which programs, libraries and scripts the packages ship. */
  readonly listShipped: () => Promise<ScratchInstall>;
  /** An untouched copy of the built tree. */
  readonly snapshot: string;
}

/** How many programs a sentence names. */
const NAMED_AT_ONCE = 12;

function nameSome(tree: string, paths: readonly string[]): string {
  const shown = paths
    .slice(0, NAMED_AT_ONCE)
    .map((path) => (path.startsWith(`${tree}/`) ? path.slice(tree.length + 1) : path));
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** A result without verdicts. */
export function failWith(workload: SuiteWorkload, outcome: FailedAnalysis["outcome"], reason: string): FailedAnalysis {
  return { outcome, reason, workload, executables: [], warnings: [] };
}

async function makeRunDirectory(workDirectory: string): Promise<string> {
  const directory = join(workDirectory, "classification");
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  return directory;
}

/** One run of the test step in which everything is noted that ran; it also builds what the suite builds for itself. */
async function runForClassification(request: BuildAnalysisRequest, workload: SuiteWorkload): Promise<RunResult> {
  const { options, workDirectory, signal } = request;
  const run = await runSuite(workload, {
    considered: "all",
    discover: "none",
    record: ["maps"],
    detach: options.detach,
    timeLimitSeconds: options.timeLimitSeconds,
    runDirectory: await makeRunDirectory(workDirectory),
    signal,
  });
  // Everything is considered here, and suites kill servers: only the step's own end tells whether it passed.
  return run.failure?.kind === "death" ? { ...run, passed: true } : run;
}

async function listShipped({ messages }: BuildAnalysisRequest, steps: PackageSteps): Promise<ScratchInstall> {
  const install = await steps.listShipped();
  if (install.problem !== undefined) {
    messages.warn(`not all that the packages ship could be found out: ${install.problem}`);
  }
  messages.detail(`${countShippedFiles(install.shipped)} programs, libraries and scripts are shipped`);
  return install;
}

function tellClassification(request: BuildAnalysisRequest, found: Classification, report: TraceReport): void {
  const { build, options, messages } = request;
  const local = (path: string): string => nameSome(build.tree, [path]);
  for (const { path, how, file } of found.own) {
    const reason = how === "linked" ? `uses ${basename(file.path)} of` : "is shipped by";
    messages.detail(`considered: ${local(path)} ${reason} ${file.package} (${how})`);
  }
  for (const path of found.inTree) {
    messages.detail(`ignored: ${local(path)} is not shipped`);
  }
  const absent = findNeverExecuted(options.consider, report.executables);
  if (absent.length > 0) {
    messages.warn(
      `no process executed ${absent.join(", ")} (--consider); what ran in the tree: ${nameSome(build.tree, [...found.own.map(({ path }) => path), ...found.inTree]) || "nothing"}`,
    );
  }
  if (found.own.length > 0) {
    messages.say(
      `considered: ${nameSome(
        build.tree,
        found.own.map(({ path }) => path),
      )}`,
    );
  }
}

/** Why there is nothing to consider. */
function explainNothing(
  request: BuildAnalysisRequest,
  found: Classification,
  run: RunResult,
  install: ScratchInstall | undefined,
): { outcome: FailedAnalysis["outcome"]; reason: string } {
  const { build, options } = request;
  if (!run.passed) {
    const outcome = run.failure?.kind === "time-limit" ? "timeout" : "baseline-fails";
    return { outcome, reason: explainFailure(run) };
  }
  if (install?.problem !== undefined && countShippedFiles(install.shipped) === 0) {
    return { outcome: "build-fails", reason: `what the package ships could not be found out: ${install.problem}` };
  }
  const absent = findNeverExecuted(options.consider, run.report.executables);
  const named = absent.length > 0 ? `no process executed ${absent.join(", ")}; ` : "";
  return {
    outcome: "no-tests",
    reason:
      found.inTree.length === 0
        ? `${named}the test step ran no program of the source tree: it has no suite, the suite is switched off, or it runs under an interpreter, ` +
          "which --consider may name"
        : `${named}the test step ran no program that the package ships; programs of the source tree that ran, to be named with --consider: ${nameSome(build.tree, found.inTree)}`,
  };
}

/**
 * Runs the test step once to see what runs, and tells what an analysis is to consider, or why there is nothing.
 * Throws what `runSuite` throws, and EnvironmentError when the tree cannot be copied.
 */
export async function findConsidered(
  request: BuildAnalysisRequest,
  steps: PackageSteps,
): Promise<readonly SelectedProgram[] | FailedAnalysis> {
  const { build, options } = request;
  const run = requireConclusive(await runForClassification(request, steps.workload));
  const { executables } = run.report;
  let found: Classification = { own: [], inTree: [] };
  let install: ScratchInstall | undefined;
  if (hasCandidates(executables, build.tree)) {
    install = await listShipped(request, steps);
    const readFile = makeExecutedFileReader();
    found = await classify(executables, { tree: build.tree, shipped: install.shipped, readFile });
  }
  tellClassification(request, found, run.report);
  const absent = findNeverExecuted(options.consider, executables);
  const named = options.consider.filter((pattern) => !absent.includes(pattern));
  const considered = selectConsidered(found, named);
  if (considered.length > 0) {
    return considered;
  }
  const { outcome, reason } = explainNothing(request, found, run, install);
  return failWith(steps.workload, outcome, reason);
}
