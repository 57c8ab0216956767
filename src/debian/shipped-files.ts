// SPDX-License-Identifier: GPL-3.0-or-later
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ElfIdentity, hashFile, readElfIdentity } from "../workload/elf.js";
import type { BinaryPackage } from "./control.js";

/** A file that a binary package ships. */
export interface ShippedFile {
  readonly package: string;
  /** Where it will be installed: `/usr/bin/hello`. */
  readonly path: string;
}

type Index = ReadonlyMap<string, ShippedFile>;

/** The programs, libraries and scripts of binary packages, by what identifies them in the build tree. */
export interface ShippedFiles {
  /** Programs and libraries by build-id, which stays the same when a file is stripped, renamed or moved. */
  readonly byBuildId: Index;
  /** By file name: libtool may link anew at installation, which changes the build-id. */
  readonly programsByName: Index;
  readonly librariesByName: Index;
  readonly scriptsByHash: Index;
  readonly scriptsByName: Index;
}

/** How many files are shipped that could run. */
export function countShippedFiles(shipped: ShippedFiles): number {
  return new Set([...shipped.byBuildId.values(), ...shipped.programsByName.values(), ...shipped.scriptsByHash.values()])
    .size;
}

interface MutableIndexes {
  readonly byBuildId: Map<string, ShippedFile>;
  readonly programsByName: Map<string, ShippedFile>;
  readonly librariesByName: Map<string, ShippedFile>;
  readonly scriptsByHash: Map<string, ShippedFile>;
  readonly scriptsByName: Map<string, ShippedFile>;
}

/** The first package that ships something keeps it: a udeb ships the same program once more. */
function add(index: Map<string, ShippedFile>, key: string, file: ShippedFile): void {
  if (!index.has(key)) {
    index.set(key, file);
  }
}

/** Documentation is not run as a program of the package, though examples may look like one. */
const NOT_PROGRAMS = /^\/usr\/share\/(doc|man|info)\//;

function addElf(indexes: MutableIndexes, elf: ElfIdentity, file: ShippedFile, isExecutable: boolean): void {
  if (elf.buildId !== undefined) {
    add(indexes.byBuildId, elf.buildId, file);
  }
  const name = basename(file.path);
  if (elf.hasInterpreter || elf.type === "executable" || (isExecutable && !/\.so(\.|$)/.test(name))) {
    add(indexes.programsByName, name, file);
  }
  if (elf.soname !== undefined || /\.so(\.|$)/.test(name)) {
    add(indexes.librariesByName, name, file);
  }
}

async function startsLikeScript(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString("latin1") === "#!";
  } finally {
    await file.close();
  }
}

async function addFile(indexes: MutableIndexes, real: string, file: ShippedFile, mode: number): Promise<void> {
  const isExecutable = (mode & 0o111) !== 0;
  const elf = await readElfIdentity(real);
  if (elf !== undefined) {
    if (elf.type !== "other") {
      addElf(indexes, elf, file, isExecutable);
    }
  } else if (isExecutable && !NOT_PROGRAMS.test(file.path) && (await startsLikeScript(real))) {
    add(indexes.scriptsByHash, await hashFile(real), file);
    add(indexes.scriptsByName, basename(file.path), file);
  }
}

async function addDirectory(indexes: MutableIndexes, root: string, path: string, name: string): Promise<void> {
  for (const entry of (await readdir(join(root, path), { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      await addDirectory(indexes, root, below, name);
    } else if (entry.isFile()) {
      const real = join(root, below);
      await addFile(indexes, real, { package: name, path: below }, (await lstat(real)).mode);
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/**
 * Lists what the packages ship, from the directories debian/PACKAGE of an installed tree. A package without such a directory
 * ships nothing.
 */
export async function listShippedFiles(tree: string, binaries: readonly BinaryPackage[]): Promise<ShippedFiles> {
  const indexes: MutableIndexes = {
    byBuildId: new Map(),
    programsByName: new Map(),
    librariesByName: new Map(),
    scriptsByHash: new Map(),
    scriptsByName: new Map(),
  };
  for (const { name } of [...binaries].sort((a, b) => Number(a.isUdeb) - Number(b.isUdeb))) {
    const root = join(tree, "debian", name);
    if (await isDirectory(root)) {
      await addDirectory(indexes, root, "", name);
    }
  }
  return indexes;
}
