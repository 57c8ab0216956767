// SPDX-License-Identifier: GPL-3.0-or-later
// What the code of a package's programs and its source say, added to the manifest of what it does.
import { join } from "node:path";
import type { FetchedSource } from "../debian/apt/fetch-source.js";
import { readManifest } from "../manifest/read-manifest.js";
import type { Manifest } from "../manifest/schema.js";
import { writeManifest } from "../manifest/write-manifest.js";
import { findLoupe } from "./find-program.js";
import { StageFailure } from "./measured-package.js";
import type { PackageRun } from "./package-run.js";
import { unpackSource } from "./stages.js";

/** Does something whose failure costs no verdict: what it cannot do, or is kept from by a limit, is in the log. */
async function tryWork<Result>(
  run: PackageRun,
  what: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StageFailure)) {
      throw error;
    }
    run.log.note(`${what}: ${error.message}; the manifest is kept without it`);
    return undefined;
  }
}

async function runLoupe(run: PackageRun, tree: string, words: readonly string[]): Promise<void> {
  await tryWork(run, words.join(" "), async () => {
    const end = await run.run({
      command: [await findLoupe(), ...words],
      directory: tree,
      containment: run.workshop.containments.analysis,
      graceSeconds: 0,
    });
    if (end.kind !== "exited" || end.status !== 0) {
      throw new StageFailure("environment-error", "without a result");
    }
  });
}

async function placeManifest(run: PackageRun, manifest: Manifest): Promise<string> {
  const file = join(await run.makeDirectory("static"), "manifest.json");
  await writeManifest(file, manifest);
  await run.give(file);
  return file;
}

/**
 * Adds to a manifest what static analysis finds in the code of its programs, which are in the tree, and in the source there. Whatever happens to
 * the analysis, the manifest is there. Throws InterruptedError, EnvironmentError.
 */
export async function addStatic(run: PackageRun, tree: string, manifest: Manifest): Promise<Manifest> {
  const file = await placeManifest(run, manifest);
  if (manifest.executables.length > 0) {
    await runLoupe(run, tree, ["static", "--add-to", file]);
  }
  await runLoupe(run, tree, ["static", "--source", "--add-to", file, tree]);
  return readManifest(file);
}

/** The same for the source alone, unpacked once more: programs that a chroot has built are gone with it. */
export async function addStaticOfSource(run: PackageRun, files: FetchedSource, manifest: Manifest): Promise<Manifest> {
  const tree = await tryWork(run, "static analysis of the source", () => unpackSource(run, files));
  if (tree === undefined) {
    return manifest;
  }
  const file = await placeManifest(run, manifest);
  await runLoupe(run, tree, ["static", "--source", "--add-to", file, tree]);
  return readManifest(file);
}
