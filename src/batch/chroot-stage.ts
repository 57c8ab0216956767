// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a source package in a clean chroot: sbuild installs what it is built with, builds it, and dh_loupe is part of that build.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { explainAptOutput } from "../debian/apt/apt-failure.js";
import type { FetchedSource } from "../debian/apt/fetch-source.js";
import { BuildError, DependenciesError, runSbuild } from "../debian/sbuild/run-sbuild.js";
import { readSourcePackage } from "../debian/sbuild/source-package.js";
import { withEitherSignal } from "../either-signal.js";
import { EnvironmentError } from "../errors.js";
import { readManifest } from "../manifest/read-manifest.js";
import type { Manifest } from "../manifest/schema.js";
import { watchDisk } from "./disk-watch.js";
import { StageFailure } from "./measured-package.js";
import { type BatchChroot, failByDiskLimit, type PackageRun } from "./package-run.js";
import { listOptions } from "./stages.js";

function toStageFailure(error: unknown): unknown {
  if (error instanceof BuildError) {
    switch (error.kind) {
      case "build-fails":
        return new StageFailure("build-fails", error.message);
      case "time-limit":
        return new StageFailure("timeout", error.message);
      case "no-manifest":
        return new StageFailure("no-tests", error.message);
    }
  }
  if (error instanceof EnvironmentError) {
    const { kind } = explainAptOutput(error.message);
    const passing = kind === "passing" || kind === "disk-full";
    return error instanceof DependenciesError && !passing
      ? new StageFailure("dependencies-missing", error.message)
      : new StageFailure("environment-error", error.message, passing);
  }
  return error;
}

/** What sbuild wrote becomes part of the package's own log. */
async function keepLog(run: PackageRun, directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (name.endsWith(".build")) {
      run.log.append(await readFile(join(directory, name)));
    }
  }
}

/** Builds and analyzes the package in the chroot. Throws StageFailure, InterruptedError. */
export async function measureInChroot(
  run: PackageRun,
  { directory, dsc }: FetchedSource,
  chroot: BatchChroot,
): Promise<Manifest> {
  const { diskLimitBytes } = run.workshop.settings;
  const outputDirectory = await run.makeDirectory("sbuild");
  const over = new AbortController();
  const tooLarge = new AbortController();
  let bytes = 0;
  const watch = watchDisk(run.directory, diskLimitBytes, over.signal, (taken) => {
    bytes = taken;
    tooLarge.abort();
  });
  try {
    const sourcePackage = await readSourcePackage(join(directory, dsc));
    const { manifest } = await withEitherSignal([run.signal, tooLarge.signal], (signal) =>
      runSbuild({
        sourcePackage,
        distribution: chroot.distribution,
        chroot: chroot.archive,
        extraPackages: chroot.extraPackages,
        outputDirectory,
        temporaryDirectory: run.directory,
        dhLoupeOptions: listOptions(run).join(" "),
        timeLimitSeconds: run.secondsLeft,
        verbose: false,
        signal,
      }),
    );
    return await readManifest(manifest);
  } catch (error) {
    throw tooLarge.signal.aborted ? failByDiskLimit(bytes, diskLimitBytes) : toStageFailure(error);
  } finally {
    over.abort();
    await watch;
    await keepLog(run, outputDirectory);
  }
}
