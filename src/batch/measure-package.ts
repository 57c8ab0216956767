// SPDX-License-Identifier: GPL-3.0-or-later
import { rm } from "node:fs/promises";
import { release } from "node:os";
import { EnvironmentError, InterruptedError, LoupeError } from "../errors.js";
import { describeLibc } from "../manifest/build-manifest.js";
import { MANIFEST_SCHEMA, type Manifest } from "../manifest/schema.js";
import { VERSION } from "../version.js";
import { measureInChroot } from "./chroot-stage.js";
import { countFreeBytes, LEAST_FREE_BYTES } from "./disk-watch.js";
import { type MeasuredPackage, type Stage, StageFailure } from "./measured-package.js";
import type { PackageRun } from "./package-run.js";
import { analyzeTree, buildPackage, fetchFiles, installDependencies, unpackSource } from "./stages.js";
import { addStatic, addStaticOfSource } from "./static-stage.js";

const NO_SPACE: readonly string[] = ["ENOSPC", "EDQUOT"];

/** Measures the seconds of stages, and tells which one begins. */
class StageClock {
  readonly seconds: Partial<Record<Stage, number>> = {};

  constructor(private readonly onStage: (stage: Stage) => void) {}

  async time<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    this.onStage(stage);
    try {
      return await work();
    } finally {
      this.seconds[stage] = Math.round((performance.now() - started) / 100) / 10;
    }
  }
}

async function refuseFullDisk(directory: string): Promise<void> {
  const free = await countFreeBytes(directory);
  if (free < LEAST_FREE_BYTES) {
    throw new StageFailure(
      "environment-error",
      `only ${Math.floor(free / 1024 / 1024)} MiB are free in ${directory}, and a package is begun with no less than ${LEAST_FREE_BYTES / 1024 / 1024} MiB`,
      true,
    );
  }
}

async function goAllStages(run: PackageRun, clock: StageClock): Promise<Manifest> {
  await refuseFullDisk(run.directory);
  const { chroot, settings } = run.workshop;
  const { addsStatic } = settings;
  if (chroot !== undefined) {
    const files = await clock.time("fetch", () => fetchFiles(run));
    const measured = await clock.time("sbuild", () => measureInChroot(run, files, chroot));
    return addsStatic ? clock.time("static", () => addStaticOfSource(run, files, measured)) : measured;
  }
  const tree = await clock.time("fetch", async () => unpackSource(run, await fetchFiles(run)));
  await clock.time("dependencies", () => installDependencies(run, tree));
  await clock.time("build", () => buildPackage(run, tree));
  const measured = await clock.time("analysis", () => analyzeTree(run, tree));
  return addsStatic ? clock.time("static", () => addStatic(run, tree, measured)) : measured;
}

/** Outcomes before the analysis that say something of the package, so that the database is to know them. */
const RECORDED = ["build-fails", "timeout", "no-tests"] as const;

async function describeFailure(
  { source }: PackageRun,
  architecture: string,
  { outcome, reason }: StageFailure,
): Promise<Manifest | undefined> {
  const recorded = RECORDED.find((known) => known === outcome);
  return recorded === undefined
    ? undefined
    : {
        schema: MANIFEST_SCHEMA,
        package: { ...source, architecture, binaries: [] },
        environment: { kernel: release(), tool: `loupe ${VERSION}`, libc: await describeLibc() },
        workload: {
          kind: "suite",
          command: ["debian/rules", "build"],
          testFormat: "exit-status",
          testsPassed: null,
          durationSeconds: null,
        },
        outcome: recorded,
        reason,
        executables: [],
        features: [],
        conflicts: [],
      };
}

/** Errors of the machine end the package's way, not the batch. */
function toStageFailure(error: unknown, signal: AbortSignal): StageFailure {
  if (signal.aborted) {
    throw new InterruptedError("interrupted", { cause: error });
  }
  if (error instanceof StageFailure) {
    return error;
  }
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (error instanceof EnvironmentError || NO_SPACE.includes(code)) {
    return new StageFailure("environment-error", message, /ENOSPC|EDQUOT|no space left/i.test(`${code} ${message}`));
  }
  if (error instanceof LoupeError) {
    return new StageFailure("environment-error", message);
  }
  throw error;
}

/**
 * Takes a source package its whole way: fetch, build dependencies, build, analysis. `architecture` is that of the machine. Nothing of it is
 * left in its directory but what an analysis that was interrupted may go on with. Throws InterruptedError when the signal is aborted.
 */
export async function measurePackage(
  run: PackageRun,
  architecture: string,
  onStage: (stage: Stage) => void,
): Promise<MeasuredPackage> {
  const clock = new StageClock(onStage);
  try {
    const manifest = await goAllStages(run, clock);
    const { outcome, reason } = manifest;
    return { outcome, ...(reason !== undefined && { reason }), passing: false, manifest, stageSeconds: clock.seconds };
  } catch (error) {
    const failure = toStageFailure(error, run.signal);
    const manifest = await describeFailure(run, architecture, failure);
    const { outcome, reason, passing } = failure;
    return { outcome, reason, passing, ...(manifest && { manifest }), stageSeconds: clock.seconds };
  } finally {
    for (const name of ["source", "home", "manifest", "sbuild", "static"]) {
      await rm(`${run.directory}/${name}`, { recursive: true, force: true });
    }
  }
}
