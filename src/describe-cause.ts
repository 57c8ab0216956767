// SPDX-License-Identifier: GPL-3.0-or-later
import { getSystemErrorMap } from "node:util";

/**
 * Why something failed, in words for a person. Of a failed system call these are the system's own ("no such file or directory"),
 * without the name of the error and the call. The path follows where it is another than `named`, the directory that the
 * sentence around it names; without `named`, the sentence names the very file.
 */
export function describeCause(cause: unknown, named?: string): string {
  if (!(cause instanceof Error)) {
    return String(cause);
  }
  const { errno, syscall, path } = cause as NodeJS.ErrnoException;
  const words = errno !== undefined && syscall !== undefined ? getSystemErrorMap().get(errno)?.[1] : undefined;
  if (words === undefined) {
    return cause.message;
  }
  return named === undefined || path === undefined || path === named ? words : `${words}: ${path}`;
}
