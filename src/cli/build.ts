// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants, mkdir, readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { findChroot, requireSbuild } from "../debian/sbuild/requirements.js";
import { runSbuild } from "../debian/sbuild/run-sbuild.js";
import { readSourcePackage } from "../debian/sbuild/source-package.js";
import { splitShellWords } from "../debian/shell-words.js";
import { describeCause } from "../describe-cause.js";
import { EnvironmentError, InterruptedError, UsageError } from "../errors.js";
import { readManifest } from "../manifest/read-manifest.js";
import { serializeManifest } from "../manifest/serialize.js";
import { readDhLoupeOptions } from "./dh-loupe-options.js";
import { withInterrupt } from "./interrupt.js";
import { OUTCOME_STATUS } from "./outcome-status.js";
import { printMessage, printResult } from "./output.js";
import { renderVerdictTable } from "./verdict-table.js";

/** The options of `loupe build`. */
export interface BuildOptions {
  readonly dist?: string;
  readonly chroot?: string;
  readonly extraPackage: readonly string[];
  readonly outputDir: string;
  /** Options of dh_loupe in one string. */
  readonly options?: string;
  readonly timeLimit: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** The release that this machine runs (os-release(5)). */
export async function readOwnRelease(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const release = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(text)?.[1];
  if (release === undefined) {
    throw new UsageError("/etc/os-release names no release of Debian; say with --dist for which one to build");
  }
  return release;
}

export function requireDistribution(name: string): string {
  if (!/^[a-z0-9][a-z0-9.+-]*$/i.test(name)) {
    throw new UsageError(`--dist ${JSON.stringify(name)}: not the name of a distribution`);
  }
  return name;
}

export async function requireExtraPackage(path: string): Promise<string> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`--extra-package ${path}: ${describeCause(cause)}`, { cause });
  });
  if (!status.isDirectory() && !(status.isFile() && path.endsWith(".deb"))) {
    throw new UsageError(`--extra-package ${path}: neither a .deb file nor a directory of them`);
  }
  return resolve(path);
}

async function requireOutputDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (cause) {
    throw new EnvironmentError(`--output-dir ${path}: ${describeCause(cause)}`, { cause });
  }
  return resolve(path);
}

/** What dh_loupe would refuse in the chroot, minutes later, is refused now. */
function requireDhLoupeOptions(options: string): string {
  readDhLoupeOptions(splitShellWords(options, "--options"), {}, "/");
  return options;
}

/**
 * `loupe build`: builds an unmodified source package by sbuild with dh_loupe injected, and shows what it found. The packages, .changes and
 * the manifest go to the output directory. Returns the exit status that the outcome stands for. Throws LoupeError.
 */
export async function buildCommand(dsc: string, options: BuildOptions): Promise<number> {
  const sourcePackage = await readSourcePackage(dsc);
  const extraPackages = await Promise.all(options.extraPackage.map(requireExtraPackage));
  const dhLoupeOptions = requireDhLoupeOptions(options.options ?? process.env.DEB_LOUPE_OPTIONS ?? "");
  const distribution = requireDistribution(options.dist ?? (await readOwnRelease()));
  await requireSbuild();
  const chroot = await findChroot(options.chroot, distribution);
  const outputDirectory = await requireOutputDirectory(options.outputDir);
  return withInterrupt(async (interrupt) => {
    try {
      printMessage(
        `building ${sourcePackage.source} ${sourcePackage.version} in ${chroot}; its log goes to ${outputDirectory}`,
      );
      const { manifest: file } = await runSbuild({
        sourcePackage,
        distribution,
        chroot,
        extraPackages,
        outputDirectory,
        dhLoupeOptions,
        timeLimitSeconds: options.timeLimit,
        verbose: options.verbose,
        signal: interrupt.signal,
      });
      const manifest = await readManifest(file);
      await printResult(options.json ? serializeManifest(manifest) : renderVerdictTable(manifest));
      printMessage(`wrote ${file}`);
      return OUTCOME_STATUS[manifest.outcome];
    } catch (error) {
      if (error instanceof InterruptedError) {
        printMessage(`${error.message}; nothing of it is left but its log in ${outputDirectory}`);
        return interrupt.exitStatus() ?? error.exitStatus;
      }
      throw error;
    }
  });
}
