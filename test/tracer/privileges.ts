// SPDX-License-Identifier: GPL-3.0-or-later
// The privileges under which the tracer has to work, and how a command is run with each. The benchmarks use it too.
import { resolve } from "node:path";

/**
 * root: everything is allowed. user: an ordinary one, no privileges. user-namespace: an ordinary user that is root of a
 * user namespace of its own. root-namespace: real root in a user namespace, so without CAP_SYS_ADMIN in the initial one
 * (no PTRACE_O_SUSPEND_SECCOMP, no bpf(2)). container: root under a seccomp filter that the tracer inherits and has to
 * share with what it traces, as under a container's default profile.
 */
export type Way = "root" | "user" | "user-namespace" | "root-namespace" | "container";

export const WAYS: readonly Way[] = ["root", "user", "user-namespace", "root-namespace", "container"];

/** nobody and nogroup, the ordinary user that every Debian system has. */
const ORDINARY_USER = 65534;

/** Execs a program under a filter that refuses one call (tracer/test/refuse.c). */
export const REFUSE = resolve("tracer/test/build/refuse");

export const runsAsRoot = process.getuid?.() === 0;

/** The words to put before a command so that it runs in this way. */
export function prefixOf(way: Way): string[] {
  const user = `${ORDINARY_USER}`;
  const becomeUser = runsAsRoot ? ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] : [];
  const enterNamespace = ["unshare", "--user", "--map-root-user"];
  switch (way) {
    case "root":
      return [];
    case "user":
      return becomeUser;
    case "user-namespace":
      return [...becomeUser, ...enterNamespace];
    case "root-namespace":
      return enterNamespace;
    case "container":
      return [REFUSE, "kexec_load"];
  }
}

/** Whether the way starts from root's privileges. */
export function needsRoot(way: Way): boolean {
  return way === "root" || way === "root-namespace" || way === "container";
}

/** The user that the command is to the rest of the system, and that must own the directory it works in. */
export function ownerOf(way: Way): number {
  if (!runsAsRoot) return process.getuid?.() ?? ORDINARY_USER;
  return needsRoot(way) ? 0 : ORDINARY_USER;
}
