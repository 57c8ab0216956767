// SPDX-License-Identifier: GPL-3.0-or-later
import type { Syscall } from "../tracing/syscall-table.js";

/** The architecture whose profiles we write: verdicts for others have not been measured. */
export const EXPORT_ARCHITECTURE = "x86_64";

/** ENOSYS of Linux on x86-64: what a kernel without the call answers, so that libraries fall back to older calls. */
export const ENOSYS = 38;
export const EPERM = 1;

/** What a filter does with a call that is not allowed: an error, the end of the process (SIGSYS), or nothing but a log entry. */
export type Refusal =
  | { readonly kind: "errno"; readonly errno: number }
  | { readonly kind: "kill" }
  | { readonly kind: "log" };

/** How refusals are named in options. */
export const REFUSALS = {
  ENOSYS: { kind: "errno", errno: ENOSYS },
  EPERM: { kind: "errno", errno: EPERM },
  kill: { kind: "kill" },
  log: { kind: "log" },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalName = keyof typeof REFUSALS;

/** What programs may call, before it is written in some format. Both lists are in the order of their numbers. */
export interface Policy {
  readonly allowed: readonly Syscall[];
  /** Calls that the programs make and can do without: answered ENOSYS, whatever `otherwise` says. */
  readonly unavailable: readonly Syscall[];
  /** All other calls. */
  readonly otherwise: Refusal;
}

/** The same refusal for each call that is not allowed. */
export function sameRefusal(left: Refusal, right: Refusal): boolean {
  return left.kind === right.kind && (left.kind !== "errno" || left.errno === (right as typeof left).errno);
}
