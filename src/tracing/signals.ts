// SPDX-License-Identifier: GPL-3.0-or-later
import { constants } from "node:os";

/** The name of a signal (`SIGSEGV`), or `signal 37` for one without a name (signal(7)). */
export function nameSignal(number: number): string {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number);
  return entry?.[0] ?? `signal ${number}`;
}

/** The name of an error number (`ENOENT`), or `error 4095` for one without a name (errno(3)). */
export function nameErrno(number: number): string {
  const entry = Object.entries(constants.errno).find(([, value]) => value === number);
  return entry?.[0] ?? `error ${number}`;
}
