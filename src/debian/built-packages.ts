// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { BinaryPackage } from "./control.js";
import type { ScratchInstall } from "./scratch-install.js";
import { listShippedFiles } from "./shipped-files.js";

/** What is needed to look into the packages that a build has made. */
export interface BuiltPackagesRequest {
  /** The source tree; its packages lie beside it, and debian/files names them. */
  readonly tree: string;
  readonly workDirectory: string;
  readonly binaries: readonly BinaryPackage[];
  readonly signal?: AbortSignal;
}

/** The files of binary packages that debian/files names (deb-src-files(5)): `NAME_VERSION_ARCH.deb SECTION PRIORITY`. */
function findArchives(files: string, binary: BinaryPackage): readonly string[] {
  return files
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name.startsWith(`${binary.name}_`) && /^[^/]+\.u?deb$/.test(name));
}

/** Lists what the finished packages ship, by unpacking them in the work directory. */
export async function listBuiltFiles(request: BuiltPackagesRequest): Promise<ScratchInstall> {
  const { tree, workDirectory, binaries, signal } = request;
  const scratch = join(workDirectory, "packages");
  const files = await readFile(join(tree, "debian/files"), "utf8").catch(() => "");
  const problems: string[] = [];
  try {
    for (const binary of binaries) {
      const target = join(scratch, "debian", binary.name);
      await mkdir(target, { recursive: true });
      for (const name of findArchives(files, binary)) {
        const { failed, stderr } = await execa("dpkg-deb", ["--extract", join(dirname(tree), name), target], {
          reject: false,
          ...(signal && { cancelSignal: signal }),
        });
        if (failed) {
          problems.push(`${name}: ${stderr.trim()}`);
        }
      }
    }
    if (!binaries.some((binary) => findArchives(files, binary).length > 0)) {
      problems.push("debian/files names no package that has been built");
    }
    const shipped = await listShippedFiles(scratch, binaries);
    return { shipped, ...(problems.length > 0 && { problem: problems.join("; ") }) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
