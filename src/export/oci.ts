// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { Syscall } from "../tracing/syscall-table.js";
import { ENOSYS, type Policy, REFUSALS, type Refusal, sameRefusal } from "./policy.js";

/** A rule of the OCI runtime specification, config-linux.md, section Seccomp. */
interface OciRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
}

/** The object `linux.seccomp` of a runtime's config.json, and a file for `docker run --security-opt seccomp=`. */
export interface OciSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly OciRule[];
}

function toAction(refusal: Refusal): { readonly action: string; readonly errno?: number } {
  switch (refusal.kind) {
    case "errno":
      return { action: "SCMP_ACT_ERRNO", errno: refusal.errno };
    case "kill":
      return { action: "SCMP_ACT_KILL_PROCESS" };
    case "log":
      return { action: "SCMP_ACT_LOG" };
  }
}

function listNames(calls: readonly Syscall[]): readonly string[] {
  return calls.map(({ name }) => name).sort(compareText);
}

/**
 * A policy as the OCI runtime specification has it. Only x86-64 is listed, so that runtimes refuse calls of other tables. All
 * calls must have names.
 */
export function toOciSeccomp({ allowed, unavailable, otherwise }: Policy): OciSeccomp {
  const { action, errno } = toAction(otherwise);
  const refused: readonly OciRule[] =
    unavailable.length === 0 || sameRefusal(otherwise, REFUSALS.ENOSYS)
      ? []
      : [{ names: listNames(unavailable), action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS }];
  return {
    defaultAction: action,
    ...(errno !== undefined && { defaultErrnoRet: errno }),
    architectures: ["SCMP_ARCH_X86_64"],
    syscalls: [{ names: listNames(allowed), action: "SCMP_ACT_ALLOW" }, ...refused],
  };
}
