// SPDX-License-Identifier: GPL-3.0-or-later
import { readdir, readFile, stat } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { describeCause } from "../../describe-cause.js";
import { EnvironmentError, UsageError } from "../../errors.js";
import { findProgram } from "../../workload/find-program.js";

/** Programs of the machine that a build needs, and the Debian packages that have them. */
const PROGRAMS: readonly (readonly [name: string, debianPackage: string])[] = [
  ["sbuild", "sbuild"],
  ["newuidmap", "uidmap"],
  ["unshare", "util-linux"],
];

async function requirePrograms(): Promise<void> {
  for (const [name, debianPackage] of PROGRAMS) {
    await findProgram(name, { directory: process.cwd(), searchPath: process.env.PATH }).catch((cause) => {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new EnvironmentError(`${message} (it is in the Debian package ${debianPackage})`, { cause });
    });
  }
}

/** Ranges of user and group ids that the user may give to programs in namespaces (subuid(5), subgid(5)); sbuild goes by the name. */
async function requireSubordinateIds(): Promise<void> {
  const { username } = userInfo();
  for (const file of ["/etc/subuid", "/etc/subgid"]) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (!text.split("\n").some((line) => line.startsWith(`${username}:`))) {
      throw new EnvironmentError(
        `${file} has no range of ids for ${username}, which sbuild's namespaces need; as root: ` +
          `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`,
      );
    }
  }
}

/** Settings that forbid user namespaces: the file, the value that does so, and the command that allows them. */
const FORBIDDING: readonly (readonly [name: string, value: string, allow: string])[] = [
  ["kernel.unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"],
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"],
  ["user.max_user_namespaces", "0", "user.max_user_namespaces=10000"],
];

async function requireUserNamespaces(): Promise<void> {
  const { failed, stderr } = await execa("unshare", ["--user", "--mount", "true"], { reject: false });
  if (!failed) {
    return;
  }
  for (const [name, value, allow] of FORBIDDING) {
    const current = await readFile(`/proc/sys/${name.replaceAll(".", "/")}`, "utf8").catch(() => "");
    if (current.trim() === value) {
      throw new EnvironmentError(
        `user namespaces, in which sbuild works, are forbidden by ${name}; as root: sysctl -w ${allow}`,
      );
    }
  }
  throw new EnvironmentError(
    `user namespaces, in which sbuild works, cannot be made here (${stderr.trim()}): a container or a chroot forbids them`,
  );
}

/** Looks whether this machine can build with sbuild in its unshare mode. Throws EnvironmentError with the way out. */
export async function requireSbuild(): Promise<void> {
  await requirePrograms();
  await requireUserNamespaces();
  await requireSubordinateIds();
}

/** The namespaces' users have to get to a directory that we make in this one. Throws EnvironmentError. */
export async function requirePassable(directory: string): Promise<void> {
  for (let path = resolve(directory); ; path = dirname(path)) {
    const { mode } = await stat(path).catch((cause) => {
      throw new EnvironmentError(`${path}: ${describeCause(cause)}; name another directory in TMPDIR`, { cause });
    });
    if ((mode & 0o001) === 0) {
      throw new EnvironmentError(
        `${path} is closed to other users, and sbuild's chroot in it could not be entered; name another directory in TMPDIR`,
      );
    }
    if (path === dirname(path)) {
      return;
    }
  }
}

/** Where sbuild looks for archives of its unshare mode (sbuild(1), --chroot-mode). */
function cacheDirectory(): string {
  const cache = process.env.XDG_CACHE_HOME ?? "";
  return join(cache === "" ? join(homedir(), ".cache") : cache, "sbuild");
}

async function printArchitecture(): Promise<string> {
  const { stdout, failed, cause } = await execa("dpkg", ["--print-architecture"], { reject: false });
  if (failed) {
    throw new EnvironmentError("dpkg does not tell this machine's architecture", { cause });
  }
  return stdout.trim();
}

async function requireArchive(path: string): Promise<string> {
  const status = await stat(path).catch((cause) => {
    throw new UsageError(`--chroot ${path}: ${describeCause(cause)}; mmdebstrap --variant=buildd makes one`, {
      cause,
    });
  });
  if (!status.isFile()) {
    throw new UsageError(`--chroot ${path}: not a tar archive, as mmdebstrap --variant=buildd makes one`);
  }
  return resolve(path);
}

/**
 * The tar archive of the chroot to build in: the one that is named, or sbuild's own for this distribution. Throws UsageError for
 * a named one that is none, and EnvironmentError with the command that makes one.
 */
export async function findChroot(named: string | undefined, distribution: string): Promise<string> {
  if (named !== undefined) {
    return requireArchive(named);
  }
  const directory = cacheDirectory();
  const name = `${distribution}-${await printArchitecture()}`;
  const found = (await readdir(directory).catch(() => [])).find((file) => file.startsWith(`${name}.t`));
  if (found === undefined) {
    throw new EnvironmentError(
      `there is no chroot to build in (${join(directory, `${name}.tar`)}); make one, by the Debian package mmdebstrap: ` +
        `mkdir -p ${directory} && mmdebstrap --variant=buildd ${distribution} ${join(directory, `${name}.tar`)}`,
    );
  }
  return join(directory, found);
}
