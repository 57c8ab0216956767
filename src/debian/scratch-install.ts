// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import type { Command } from "../tracing/trace-request.js";
import type { BinaryPackage } from "./control.js";
import { type DhStep, prepareStep, type StepRequest } from "./dh-step.js";
import { listShippedFiles, type ShippedFiles } from "./shipped-files.js";
import { copyTree } from "./tree-snapshot.js";

/** What is needed to install a built tree where it does no harm. */
export interface ScratchInstallRequest {
  /** An untouched copy of the built tree, and the name that the tree itself has. */
  readonly snapshot: string;
  readonly treeName: string;
  readonly workDirectory: string;
  readonly step: Omit<StepRequest, "step" | "directory">;
  readonly binaries: readonly BinaryPackage[];
  /** Rules-Requires-Root: no. */
  readonly needsNoRoot: boolean;
  readonly timeLimitSeconds: number;
  readonly signal?: AbortSignal;
}

/** What the packages ship; `problem` is set where the installation did not run to its end. */
export interface ScratchInstall {
  readonly shipped: ShippedFiles;
  readonly problem?: string;
}

async function hasFakeroot(): Promise<boolean> {
  return !(await execa("fakeroot", ["--version"], { reject: false })).failed;
}

/** Override targets may give files away to root, as in the real build. */
async function asRoot(command: Command, needsNoRoot: boolean): Promise<Command> {
  const isRoot = process.getuid?.() === 0;
  return isRoot || needsNoRoot || !(await hasFakeroot()) ? command : ["fakeroot", "--", ...command];
}

async function runInstall(step: DhStep, request: ScratchInstallRequest): Promise<string | undefined> {
  const [program, ...args] = await asRoot(step.command, request.needsNoRoot);
  const log = join(request.workDirectory, "install.log");
  const { failed, shortMessage } = await execa(program, args, {
    cwd: step.directory,
    env: step.environment,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stdout: { file: log },
    stderr: { file: log },
    timeout: request.timeLimitSeconds * 1000,
    ...(request.signal && { cancelSignal: request.signal }),
  });
  return failed ? `${shortMessage ?? "the installation failed"}; its output is in ${log}` : undefined;
}

/**
 * Runs the steps that fill debian/PACKAGE (dh_prep, dh_installdirs, dh_auto_install, dh_install, with all hook targets) in a
 * copy of the tree and lists what they put there. A scratch DESTDIR would not do: override targets name debian/tmp and
 * debian/PACKAGE themselves. Where a build system has noted absolute paths, files may be read from the real tree; they are
 * written to the copy all the same.
 */
export async function installInCopy(request: ScratchInstallRequest): Promise<ScratchInstall> {
  const parent = join(request.workDirectory, "install");
  const directory = join(parent, basename(request.treeName));
  await mkdir(parent, { recursive: true });
  try {
    await copyTree(request.snapshot, directory, request.workDirectory);
    const problem = await runInstall(await prepareStep({ ...request.step, step: "loupe-install", directory }), request);
    return { shipped: await listShippedFiles(directory, request.binaries), ...(problem !== undefined && { problem }) };
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}
