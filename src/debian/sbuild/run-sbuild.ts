// SPDX-License-Identifier: GPL-3.0-or-later
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { EnvironmentError, InterruptedError, LoupeError } from "../../errors.js";
import { ProcessTree } from "../../workload/process-tree.js";
import { writeConfiguration } from "./configuration.js";
import { requirePassable } from "./requirements.js";
import { findWritten, readFailure, readSkipReason } from "./sbuild-log.js";
import type { SourcePackage } from "./source-package.js";

/** A build with dh_loupe of a source package that does not know it. */
export interface SbuildRequest {
  readonly sourcePackage: SourcePackage;
  readonly distribution: string;
  /** The tar archive of the chroot. */
  readonly chroot: string;
  /** Packages that the chroot's own sources do not have: files, or directories of them. */
  readonly extraPackages: readonly string[];
  /** Receives what the build makes, and its log. */
  readonly outputDirectory: string;
  /** Where the chroot is made; default: that of the machine. Users of namespaces have to get there. */
  readonly temporaryDirectory?: string;
  readonly dhLoupeOptions: string;
  readonly timeLimitSeconds: number;
  /** Whether sbuild's output is shown, on standard error. */
  readonly verbose: boolean;
  readonly signal: AbortSignal;
}

/** What a build has left in the output directory. */
export interface SbuildResult {
  readonly manifest: string;
  readonly log: string | undefined;
}

/** The package does not build, with or without us; or its build leaves no manifest. */
export class BuildError extends LoupeError {
  override readonly name = "BuildError";

  constructor(
    message: string,
    readonly kind: "build-fails" | "no-manifest" | "time-limit",
  ) {
    super(message, 4);
  }
}

/** What the package is built with cannot be installed in the chroot. */
export class DependenciesError extends EnvironmentError {
  override readonly name = "DependenciesError";
}

/** How long sbuild may take to end a build and to remove the chroot, after SIGTERM. */
const GRACE_SECONDS = 20;

type Sbuild = ReturnType<typeof start>;

function start(request: SbuildRequest, configuration: string) {
  const { sourcePackage, distribution, chroot, extraPackages, outputDirectory, verbose } = request;
  const options = [
    "--chroot-mode=unshare",
    `--chroot=${chroot}`,
    `--dist=${distribution}`,
    `--build-dir=${outputDirectory}`,
    ...extraPackages.map((path) => `--extra-package=${path}`),
    "--add-depends=dh-sequence-loupe",
    ...(verbose ? ["--verbose"] : []),
  ];
  // Where we are killed, the kernel tells sbuild to end, which removes the chroot.
  return execa("setpriv", ["--pdeathsig", "TERM", "sbuild", ...options, sourcePackage.dsc], {
    cwd: outputDirectory,
    env: { SBUILD_CONFIG: configuration },
    reject: false,
    stdin: "ignore",
    // Ctrl-C reaches us alone: sbuild is ended by us, so that nothing of it is left.
    detached: true,
    stdout: verbose ? process.stderr : "ignore",
    stderr: verbose ? ["pipe", process.stderr] : "pipe",
  });
}

/**
 * Ends sbuild and all that it has started: first by SIGTERM, upon which it ends the build and removes the chroot, then by SIGKILL.
 * Where it has ended by itself this does nothing.
 */
async function end(sbuild: Sbuild): Promise<void> {
  if (sbuild.pid === undefined || sbuild.exitCode !== null) {
    return;
  }
  const tree = new ProcessTree(sbuild.pid);
  await tree.remember();
  sbuild.kill("SIGTERM");
  const waiting = new AbortController();
  const grace = sleep(GRACE_SECONDS * 1000, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([sbuild, grace]);
  waiting.abort();
  await tree.remember();
  await tree.kill();
  await sbuild;
}

/** Removes the scratch directory; files in a chroot that an ended sbuild has left belong to ids that only a namespace may touch. */
async function removeScratch(directory: string): Promise<void> {
  const asOwner = ["--map-auto", "--map-root-user", "--setuid", "0", "--setgid", "0"];
  if (process.getuid?.() !== 0) {
    await execa("unshare", [...asOwner, "find", directory, "-mindepth", "1", "-delete"], { reject: false });
  }
  await rm(directory, { recursive: true, force: true });
}

type Ending = "finished" | "time-limit" | "interrupted";

async function waitForEnd(sbuild: Sbuild, { timeLimitSeconds, signal }: SbuildRequest): Promise<Ending> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const finished = sbuild.then((): Ending => "finished");
  const ended = new Promise<Ending>((resolve) => {
    onAbort = () => resolve("interrupted");
    timer = setTimeout(() => resolve("time-limit"), timeLimitSeconds * 1000);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) {
      onAbort();
    }
  });
  try {
    return await Promise.race([finished, ended]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) {
      signal.removeEventListener("abort", onAbort);
    }
    await end(sbuild);
  }
}

function seeLog(log: string | undefined): string {
  return log === undefined ? "" : `\nthe log: ${log}`;
}

/** The stages before the package's own build: what fails there is not the package's fault. */
async function explainFailure(sbuild: Sbuild, log: string | undefined): Promise<LoupeError> {
  const { stage, lastLines } = await readFailure(log);
  if (stage === "build") {
    return new BuildError(`the package does not build; its last words:\n${lastLines}${seeLog(log)}`, "build-fails");
  }
  if (stage === "install-deps") {
    return new DependenciesError(
      `the build dependencies, dh-sequence-loupe among them, cannot be installed in the chroot; where its sources do not have ` +
        `dh-loupe, give the package with --extra-package. The last words:\n${lastLines}${seeLog(log)}`,
    );
  }
  const { exitCode, stderr } = await sbuild;
  const said = lastLines || (typeof stderr === "string" ? stderr.trim().split("\n").slice(-5).join("\n") : "");
  const where = stage === undefined ? "before the build" : `at the stage "${stage}"`;
  return new EnvironmentError(`sbuild failed ${where} (exit status ${exitCode}):\n${said}${seeLog(log)}`);
}

async function collect(request: SbuildRequest, sbuild: Sbuild, started: number): Promise<SbuildResult> {
  const { sourcePackage, outputDirectory } = request;
  const [log] = await findWritten(outputDirectory, sourcePackage, ".build", started);
  if ((await sbuild).exitCode !== 0) {
    throw await explainFailure(sbuild, log);
  }
  const [manifest] = await findWritten(outputDirectory, sourcePackage, ".loupe.json", started);
  if (manifest === undefined) {
    const reason = (await readSkipReason(log)) ?? "dh_loupe did not run";
    throw new BuildError(`the package was built, but there is no manifest: ${reason}${seeLog(log)}`, "no-manifest");
  }
  return { manifest, log };
}

/**
 * Builds a source package by sbuild in its unshare mode, with dh_loupe injected. Throws BuildError when the package does not build,
 * EnvironmentError when the machine or the chroot is in the way, and InterruptedError. However it ends, no process and no chroot is left.
 */
export async function runSbuild(request: SbuildRequest): Promise<SbuildResult> {
  const temporary = request.temporaryDirectory ?? tmpdir();
  await requirePassable(temporary);
  const scratchDirectory = await mkdtemp(join(temporary, "loupe-sbuild-"));
  try {
    await chmod(scratchDirectory, 0o711);
    const configuration = join(scratchDirectory, "sbuild.conf");
    await writeFile(configuration, writeConfiguration({ ...request, scratchDirectory }));
    const started = Date.now();
    const sbuild = start(request, configuration);
    const ending = await waitForEnd(sbuild, request);
    if (ending === "interrupted") {
      throw new InterruptedError("the build was interrupted");
    }
    if (ending === "time-limit") {
      const [log] = await findWritten(request.outputDirectory, request.sourcePackage, ".build", started);
      throw new BuildError(
        `the build was not finished after ${request.timeLimitSeconds} s (--time-limit)${seeLog(log)}`,
        "time-limit",
      );
    }
    return await collect(request, sbuild, started);
  } finally {
    await removeScratch(scratchDirectory);
  }
}
