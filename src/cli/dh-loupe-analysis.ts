// SPDX-License-Identifier: GPL-3.0-or-later
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { AnalysisResult, FailedAnalysis } from "../analysis/analysis.js";
import { analyze, observe } from "../analysis/analyze.js";
import { listBuiltFiles } from "../debian/built-packages.js";
import { keepsLog } from "../debian/debhelper-log.js";
import { prepareStep } from "../debian/dh-step.js";
import { prepareRulesStep } from "../debian/rules-suite.js";
import { installInCopy, type ScratchInstall } from "../debian/scratch-install.js";
import { copyTree, restoreTree } from "../debian/tree-snapshot.js";
import { EnvironmentError, TracerError } from "../errors.js";
import { readPrior } from "../manifest/prior-manifests.js";
import { toAnalysisSettings } from "./analysis-settings.js";
import { type BuildAnalysisRequest, failWith, findConsidered, type PackageSteps } from "./dh-loupe-programs.js";
import { makeProgressListener } from "./dh-loupe-progress.js";

async function analyzeSteps(request: BuildAnalysisRequest, steps: PackageSteps): Promise<AnalysisResult> {
  const { options, messages, workDirectory, signal } = request;
  const considered = await findConsidered(request, steps);
  if ("outcome" in considered) {
    return considered;
  }
  const settings = toAnalysisSettings(options);
  const observation = {
    workload: steps.workload,
    considered,
    kinds: settings.kinds,
    detach: options.detach,
    workDirectory,
    baselineTimeLimitSeconds: options.timeLimitSeconds,
    signal,
    onProgress: makeProgressListener(messages),
  };
  if (options.observe) {
    return observe(observation);
  }
  const prior = options.prior.length > 0 ? { prior: await readPrior(options.prior) } : {};
  return analyze({ ...observation, ...settings, ...prior, strategy: options.strategy, replicas: options.replicas });
}

/** The steps of dh's sequence. */
async function prepareDhSteps(request: BuildAnalysisRequest, snapshot: string): Promise<PackageSteps> {
  const { build, options, variables, workDirectory, signal } = request;
  const common = {
    variables,
    dhArguments: options.dhArguments,
    forgetLogs: await keepsLog(build.tree),
    ...(build.only !== undefined && { only: build.only }),
  };
  const test = await prepareStep({ ...common, step: "loupe-test", directory: build.tree });
  const listShipped = (): Promise<ScratchInstall> =>
    installInCopy({
      snapshot,
      treeName: basename(build.tree),
      workDirectory,
      step: common,
      binaries: build.selected,
      needsNoRoot: build.needsNoRoot,
      timeLimitSeconds: options.timeLimitSeconds,
      signal,
    });
  return { listShipped, workload: { form: "suite", kind: "suite", ...test }, snapshot };
}

/** What there is of steps where debian/rules does without dh. Undefined where nothing in it runs a suite. */
async function prepareRulesSteps(request: BuildAnalysisRequest, snapshot: string): Promise<PackageSteps | undefined> {
  const { build, variables, workDirectory, signal } = request;
  const test = await prepareRulesStep(build.tree, variables);
  return (
    test && {
      listShipped: () => listBuiltFiles({ tree: build.tree, workDirectory, binaries: build.selected, signal }),
      workload: { form: "suite", kind: "suite", ...test },
      snapshot,
    }
  );
}

/** The outcome for a debian/rules in which no suite was found. */
function failWithoutSuite(request: BuildAnalysisRequest): FailedAnalysis {
  const { build } = request;
  const workload = { form: "suite", kind: "suite", command: ["debian/rules", "build"] } as const;
  return failWith(
    { ...workload, directory: build.tree, environment: {} },
    "no-tests",
    "debian/rules does not use dh, and no line of it is known to run a suite (dh_auto_test, make check, make test and the like)",
  );
}

/** Errors that say that nothing can be found out here become outcomes; all others are the caller's. */
async function analyzeToOutcome(request: BuildAnalysisRequest, steps: PackageSteps): Promise<AnalysisResult> {
  try {
    return await analyzeSteps(request, steps);
  } catch (error) {
    if (error instanceof EnvironmentError || error instanceof TracerError) {
      const outcome = error instanceof TracerError ? "tracer-error" : "environment-error";
      return failWith(steps.workload, outcome, error.message);
    }
    throw error;
  }
}

/** Analyzes in the tree itself, which is afterwards as `steps.snapshot`, its copy, has kept it. */
async function analyzeAndRestore(request: BuildAnalysisRequest, steps: PackageSteps): Promise<AnalysisResult> {
  const { build, messages, workDirectory } = request;
  try {
    await copyTree(build.tree, steps.snapshot, workDirectory);
  } catch (error) {
    if (error instanceof EnvironmentError) {
      return failWith(steps.workload, "environment-error", error.message);
    }
    throw error;
  }
  try {
    messages.say(`running the test step again: ${steps.workload.command.join(" ")}`);
    return await analyzeToOutcome(request, steps);
  } finally {
    const restored = await restoreTree(build.tree, steps.snapshot, workDirectory);
    messages.detail(`${restored} files of the source tree were restored`);
  }
}

/**
 * Analyzes the package's test step in its build tree, which is afterwards as it was before. What keeps verdicts from being
 * found is told by the outcome and its reason. Throws InterruptedError when the signal was aborted, and EnvironmentError
 * when the tree cannot be restored.
 */
export async function analyzeBuild(request: BuildAnalysisRequest): Promise<AnalysisResult> {
  const snapshot = join(request.workDirectory, "snapshot");
  await rm(snapshot, { recursive: true, force: true });
  try {
    const prepare = request.options.afterBuild ? prepareRulesSteps : prepareDhSteps;
    const steps = await prepare(request, snapshot);
    return steps === undefined ? failWithoutSuite(request) : await analyzeAndRestore(request, steps);
  } finally {
    await rm(snapshot, { recursive: true, force: true });
  }
}
