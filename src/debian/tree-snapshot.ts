// SPDX-License-Identifier: GPL-3.0-or-later
import type { BigIntStats } from "node:fs";
import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../errors.js";

/** What is never copied: debhelper's own directory, our work files among it. */
const LEFT_OUT = join("debian", ".debhelper");

/** Names in one command line of cp: far below the kernel's limit. */
const NAMES_AT_ONCE = 400;

async function runCopy(args: readonly string[], directory: string): Promise<void> {
  // One file system that can share blocks makes the copy cheap; cp falls back by itself.
  const { failed, stderr, cause } = await execa("cp", ["-a", "--reflink=auto", ...args], {
    cwd: directory,
    env: { LC_ALL: "C" },
    reject: false,
  });
  if (failed) {
    throw new EnvironmentError(
      `the source tree ${directory} cannot be copied: ${stderr.trim().split("\n").at(-1) ?? ""}; dh_loupe needs room for two copies of it in --work-dir`,
      { cause },
    );
  }
}

async function listNames(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).sort();
}

async function copyChildren(from: string, to: string, leftOut: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true });
  const names = (await listNames(from)).filter((name) => !leftOut.includes(join(from, name)));
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const some = names.slice(start, start + NAMES_AT_ONCE).map((name) => `./${name}`);
    await runCopy(["-t", to, "--", ...some], from);
  }
}

/**
 * Copies a source tree without debian/.debhelper and without `workDirectory`, with all attributes and times.
 * Throws EnvironmentError when it cannot be copied, for instance because the disk is full.
 */
export async function copyTree(tree: string, to: string, workDirectory: string): Promise<void> {
  const debian = join(tree, "debian");
  await copyChildren(tree, to, [debian, workDirectory]);
  await copyChildren(debian, join(to, "debian"), [join(tree, LEFT_OUT), workDirectory]);
}

function isSame(before: BigIntStats, now: BigIntStats): boolean {
  return (
    before.mode === now.mode &&
    before.uid === now.uid &&
    before.gid === now.gid &&
    (before.isDirectory() || (before.size === now.size && before.mtimeNs === now.mtimeNs))
  );
}

/** Both directories hold the same tree; the differences are listed relative to them. */
interface Differences {
  readonly missing: string[];
  readonly added: string[];
  /** Directories whose mode changed, which copying alone would not mend. */
  readonly modes: { readonly path: string; readonly mode: number }[];
}

async function compareDirectories(
  before: string,
  now: string,
  relative: string,
  workDirectory: string,
  differences: Differences,
): Promise<void> {
  const old = new Set(await listNames(join(before, relative)));
  const present = new Set(await listNames(join(now, relative)));
  for (const name of present) {
    const path = join(relative, name);
    if (!old.has(name) && path !== LEFT_OUT && join(now, path) !== workDirectory) {
      differences.added.push(path);
    }
  }
  for (const name of old) {
    const path = join(relative, name);
    const status = await lstat(join(before, path), { bigint: true });
    const current = present.has(name) ? await lstat(join(now, path), { bigint: true }) : undefined;
    if (current === undefined) {
      differences.missing.push(path);
    } else if (!status.isDirectory() || !current.isDirectory()) {
      if (!isSame(status, current)) {
        differences.added.push(path);
        differences.missing.push(path);
      }
    } else {
      if (!isSame(status, current)) {
        differences.modes.push({ path, mode: Number(status.mode & 0o7777n) });
        // A suite that took away the permission to read a directory must not keep us out of it.
        await chmod(join(now, path), Number(status.mode & 0o7777n));
      }
      await compareDirectories(before, now, path, workDirectory, differences);
    }
  }
}

/**
 * Makes `tree` again what `snapshot` (made by copyTree) is: files that were changed or removed come back, new ones go.
 * Returns how many entries had to be touched. Throws EnvironmentError when the disk is full.
 */
export async function restoreTree(tree: string, snapshot: string, workDirectory: string): Promise<number> {
  const differences: Differences = { missing: [], added: [], modes: [] };
  await compareDirectories(snapshot, tree, "", workDirectory, differences);
  for (const path of differences.added) {
    await rm(join(tree, path), { recursive: true, force: true });
  }
  for (let start = 0; start < differences.missing.length; start += NAMES_AT_ONCE) {
    const some = differences.missing.slice(start, start + NAMES_AT_ONCE).map((path) => `./${path}`);
    await runCopy(["--parents", "-t", tree, "--", ...some], snapshot);
  }
  return differences.added.length + differences.missing.length + differences.modes.length;
}
