// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a source package on this machine, stage by stage.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AptFault } from "../debian/apt/apt-failure.js";
import { installBuildDependencies } from "../debian/apt/build-dependencies.js";
import { downloadSource, type FetchedSource, nameTree } from "../debian/apt/fetch-source.js";
import { describeCause } from "../describe-cause.js";
import { ManifestError, readManifest } from "../manifest/read-manifest.js";
import type { Manifest } from "../manifest/schema.js";
import { findDhLoupe } from "./find-program.js";
import { StageFailure } from "./measured-package.js";
import type { PackageRun } from "./package-run.js";
import type { CommandEnd } from "./run-contained.js";

/** How long dh_loupe may take to end its runs. */
const ANALYSIS_GRACE_SECONDS = 20;

function failByApt(
  what: string,
  { kind, words }: AptFault,
  unsatisfiable: "dependencies-missing" | "unknown-package",
): never {
  const sentence = `${what}: ${words}`;
  switch (kind) {
    case "passing":
    case "disk-full":
      throw new StageFailure("environment-error", sentence, true);
    case "unsatisfiable":
    case "unknown":
      throw new StageFailure(unsatisfiable, sentence);
    case "other":
      throw new StageFailure("environment-error", sentence);
  }
}

function hasSucceeded(end: CommandEnd): boolean {
  return end.kind === "exited" && end.status === 0;
}

/** Fetches the files of the source package. */
export async function fetchFiles(run: PackageRun): Promise<FetchedSource> {
  const { workshop, source, signal } = run;
  const directory = await run.makeDirectory("source");
  const fetched = await downloadSource(workshop.apt, source, directory, signal);
  signal.throwIfAborted();
  if ("fault" in fetched) {
    if (fetched.fault.kind === "passing") {
      // For the next attempt: a mirror that has moved on answers 404 to what yesterday's lists name.
      await workshop.exclusively(() => workshop.apt.update("recent"));
    }
    failByApt("its source could not be fetched", fetched.fault, "unknown-package");
  }
  for (const name of await readdir(directory)) {
    await run.give(join(directory, name));
  }
  return fetched.result;
}

/** Unpacks the source. Returns the tree. */
export async function unpackSource(run: PackageRun, { directory, dsc }: FetchedSource): Promise<string> {
  const tree = nameTree(run.source);
  const end = await run.run({
    command: ["dpkg-source", "--no-check", "-x", dsc, tree],
    directory,
    containment: run.workshop.containments.build,
    graceSeconds: 0,
  });
  if (!hasSucceeded(end)) {
    const reason = run.explain("dpkg-source, which unpacks it,", end);
    throw run.isDiskFull
      ? new StageFailure("environment-error", reason, true)
      : new StageFailure("build-fails", reason);
  }
  return join(directory, tree);
}

/** Installs what the package is built with on this machine, one package at a time. */
export async function installDependencies(run: PackageRun, tree: string): Promise<void> {
  const { workshop, signal } = run;
  const fault = await workshop.exclusively(() => installBuildDependencies(workshop.apt, tree, signal));
  signal.throwIfAborted();
  if (fault !== undefined) {
    failByApt("its build dependencies cannot be installed", fault, "dependencies-missing");
  }
}

/**
 * The targets of debian/rules that build. Where the source has a directory named build and the target is not phony (ncompress),
 * `make build` finds that there is nothing to do; dpkg-buildpackage does not notice, because the target binary builds once more.
 */
async function chooseBuildTargets(tree: string): Promise<readonly string[]> {
  const isTaken = (await stat(join(tree, "build")).catch(() => undefined)) !== undefined;
  return isTaken ? ["build-arch", "build-indep"] : ["build"];
}

/** Builds the package once, without its tests. */
export async function buildPackage(run: PackageRun, tree: string): Promise<void> {
  const { settings, containments } = run.workshop;
  const targets = ["clean", ...(await chooseBuildTargets(tree))];
  const end = await run.run({
    command: ["dpkg-buildpackage", "-us", "-uc", "-d", ...targets.map((target) => `--rules-target=${target}`)],
    directory: tree,
    containment: containments.build,
    variables: { DEB_BUILD_OPTIONS: `nocheck noloupe parallel=${settings.parallel}` },
    graceSeconds: 0,
  });
  if (!hasSucceeded(end)) {
    const reason = run.explain("its build", end);
    throw run.isDiskFull
      ? new StageFailure("environment-error", reason, true)
      : new StageFailure("build-fails", reason);
  }
}

/** Why dh_loupe wrote no manifest. */
function explainNoManifest(run: PackageRun, end: CommandEnd, cause: unknown): StageFailure {
  if (hasSucceeded(end)) {
    const skipped = /dh_loupe: skipped: (.*)/.exec(run.log.tail)?.[1];
    return skipped === undefined
      ? new StageFailure("tracer-error", `dh_loupe left no manifest: ${describeCause(cause)}`)
      : new StageFailure("no-tests", `dh_loupe had nothing to do: ${skipped}`);
  }
  return new StageFailure("environment-error", run.explain("dh_loupe", end), run.isDiskFull);
}

/** Options of dh_loupe for a package. */
export function listOptions({ analysisOptions, workshop }: PackageRun): readonly string[] {
  const { analysisJobs } = workshop.settings;
  return [...analysisOptions, ...(analysisJobs === undefined ? [] : ["--jobs", String(analysisJobs)])];
}

/** Analyzes the built tree. What an interrupted attempt has found is used if the programs are the same (dh_loupe's journal). */
export async function analyzeTree(run: PackageRun, tree: string): Promise<Manifest> {
  const { settings, containments } = run.workshop;
  const output = join(await run.makeDirectory("manifest"), "manifest.json");
  const workDirectory = await run.keepDirectory("analysis");
  const end = await run.run({
    command: [await findDhLoupe(), ...listOptions(run), "--work-dir", workDirectory, "--output", output],
    directory: tree,
    containment: containments.analysis,
    variables: { DEB_BUILD_OPTIONS: `parallel=${settings.parallel}` },
    graceSeconds: ANALYSIS_GRACE_SECONDS,
  });
  try {
    return await readManifest(output);
  } catch (error) {
    if (error instanceof ManifestError) {
      throw explainNoManifest(run, end, error);
    }
    throw error;
  }
}
