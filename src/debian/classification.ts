// SPDX-License-Identifier: GPL-3.0-or-later
import { basename, dirname } from "node:path";
import { matchesPattern } from "../tracing/patterns.js";
import type { TracedExecutable } from "../tracing/trace-report.js";
import type { ExecutedFile, ReadExecutedFile } from "./executed-file.js";
import type { ShippedFile, ShippedFiles } from "./shipped-files.js";

/** Why a program that ran counts as the package's own. */
export type OwnReason = "build-id" | "relinked" | "script" | "renamed-script" | "linked";

/** A program of the package that ran. */
export interface OwnProgram {
  readonly path: string;
  readonly how: OwnReason;
  readonly considered: "shipped" | "linked";
  readonly file: ShippedFile;
  readonly pattern: string;
}

/** A program that an analysis is to consider. */
export interface SelectedProgram {
  readonly pattern: string;
  readonly reason: "shipped" | "linked" | "named";
  /** The binary package that ships it, or ships the library that it is linked to. */
  readonly package?: string;
}

/** What ran, sorted by whether it is the package's own. */
export interface Classification {
  readonly own: readonly OwnProgram[];
  /** Programs of the source tree that are neither shipped nor linked to something shipped: test helpers, mostly. */
  readonly inTree: readonly string[];
}

/** What classification has to know. */
export interface ClassificationRequest {
  /** The resolved path of the source tree. */
  readonly tree: string;
  readonly shipped: ShippedFiles;
  readonly readFile: ReadExecutedFile;
}

/** Programs of the machine are not the package's, though it may be installed there in the same version. */
const MACHINE = /^\/(usr|bin|sbin|lib|lib32|lib64|libx32|libexec|opt|etc|nix|snap)\//;

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

/** debian/rules is what runs the test step, never what is tested. */
function isCandidate(path: string, tree: string): boolean {
  return (isBelow(path, tree) || !MACHINE.test(path)) && path !== `${tree}/debian/rules`;
}

/** Whether anything ran that could be the package's own. */
export function hasCandidates(executables: readonly TracedExecutable[], tree: string): boolean {
  return executables.some(({ path, script }) => isCandidate(script ?? path, tree));
}

/** A path as a pattern that matches only itself (the tracer's globs). */
function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/**
 * The pattern by which later runs find the program again: its path, or, for a copy in a directory that is gone after the run
 * (its name will be another one), its file name below the tree or the top directory.
 */
function toPattern(path: string, isThere: boolean, tree: string): string {
  if (isThere) {
    return escapeGlob(path);
  }
  const top = isBelow(path, tree) ? tree : `/${path.split("/")[1] ?? ""}`;
  return dirname(path) === top ? escapeGlob(path) : `${escapeGlob(top)}/*/${escapeGlob(basename(path))}`;
}

/** libtool keeps a program `x` as `.libs/x`, and as `.libs/lt-x` when it has linked it for use in the tree. */
function programName(path: string): string {
  const name = basename(path);
  return basename(dirname(path)) === ".libs" ? name.replace(/^lt-/, "") : name;
}

function findScript(
  shipped: ShippedFiles,
  path: string,
  file: ExecutedFile | undefined,
): [ShippedFile, OwnReason] | undefined {
  const same = file?.hash === undefined ? undefined : shipped.scriptsByHash.get(file.hash);
  if (same !== undefined) {
    return [same, "script"];
  }
  // A build system that writes the path of the interpreter into a script at installation changes its contents.
  const named = shipped.scriptsByName.get(basename(path));
  return named === undefined || file?.isLibtoolWrapper ? undefined : [named, "renamed-script"];
}

async function findLinked(
  executable: TracedExecutable,
  request: ClassificationRequest,
): Promise<[ShippedFile, OwnReason] | undefined> {
  const { shipped, tree } = request;
  for (const path of executable.maps) {
    if (path !== executable.path && isCandidate(path, tree)) {
      const { buildId } = (await request.readFile(path)) ?? {};
      const file =
        (buildId === undefined ? undefined : shipped.byBuildId.get(buildId)) ??
        shipped.librariesByName.get(basename(path));
      if (file !== undefined) {
        return [file, "linked"];
      }
    }
  }
  return undefined;
}

async function findOwner(
  executable: TracedExecutable,
  request: ClassificationRequest,
): Promise<[ShippedFile, OwnReason] | undefined> {
  const { shipped, tree } = request;
  if (executable.script !== undefined) {
    return isCandidate(executable.script, tree)
      ? findScript(shipped, executable.script, await request.readFile(executable.script))
      : undefined;
  }
  if (!isCandidate(executable.path, tree)) {
    return undefined;
  }
  const { buildId } = (await request.readFile(executable.path)) ?? {};
  const same = buildId === undefined ? undefined : shipped.byBuildId.get(buildId);
  if (same !== undefined) {
    return [same, "build-id"];
  }
  const named = shipped.programsByName.get(programName(executable.path));
  if (named !== undefined) {
    return [named, "relinked"];
  }
  return isBelow(executable.path, tree) ? findLinked(executable, request) : undefined;
}

/**
 * Tells which of the programs that ran are the package's own: shipped by one of its binary packages (same build-id, or the
 * same script, or else the same name), or programs of the source tree that use a library that is shipped.
 */
export async function classify(
  executables: readonly TracedExecutable[],
  request: ClassificationRequest,
): Promise<Classification> {
  const own = new Map<string, OwnProgram>();
  const inTree = new Set<string>();
  for (const executable of executables) {
    const path = executable.script ?? executable.path;
    const owner = await findOwner(executable, request);
    if (owner !== undefined) {
      const [file, how] = owner;
      const pattern = toPattern(path, (await request.readFile(path)) !== undefined, request.tree);
      own.set(path, { path, how, considered: how === "linked" ? "linked" : "shipped", file, pattern });
    } else if (isBelow(path, request.tree) && isCandidate(path, request.tree)) {
      inTree.add(path);
    }
  }
  return {
    own: [...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    inTree: [...inTree].filter((path) => !own.has(path)).sort(),
  };
}

/** The programs that an analysis is to consider: the package's own and those that the user named. */
export function selectConsidered(
  classification: Classification,
  namedPatterns: readonly string[],
): readonly SelectedProgram[] {
  const own = classification.own.map(({ pattern, considered, file }) => ({
    pattern,
    reason: considered,
    package: file.package,
  }));
  const patterns = new Set(own.map(({ pattern }) => pattern));
  const named = namedPatterns.filter((pattern) => !patterns.has(pattern));
  return [
    ...own.filter(({ pattern }, index) => own.findIndex((other) => other.pattern === pattern) === index),
    ...[...new Set(named)].map((pattern) => ({ pattern, reason: "named" as const })),
  ];
}

/** The patterns of the user that match nothing that ran. */
export function findNeverExecuted(
  namedPatterns: readonly string[],
  executables: readonly TracedExecutable[],
): readonly string[] {
  return namedPatterns.filter(
    (pattern) =>
      !executables.some(({ path, script }) => matchesPattern(pattern, script === undefined ? [path] : [path, script])),
  );
}
