// SPDX-License-Identifier: GPL-3.0-or-later
import { statfs } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";

/** With less, a package is not begun. */
export const LEAST_FREE_BYTES = 256 * 1024 * 1024;

const POLL_MILLISECONDS = 2_000;
/** Counting a large tree takes time itself: at most this share of it. */
const COUNTING_SHARE = 0.05;

/** How many bytes of disk a directory takes; what vanishes meanwhile does not count. */
async function countBytes(directory: string): Promise<number> {
  const { stdout } = await execa("du", ["-sx", "--block-size=1", directory], { reject: false, stdin: "ignore" });
  return Number.parseInt(stdout, 10) || 0;
}

/** How many bytes are left where a directory is. */
export async function countFreeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Calls `onExceeded` once when the directory takes more than the limit. Ends with the signal. */
export async function watchDisk(
  directory: string,
  limitBytes: number,
  signal: AbortSignal,
  onExceeded: (bytes: number) => void,
): Promise<void> {
  while (!signal.aborted) {
    const started = Date.now();
    const bytes = await countBytes(directory);
    if (bytes > limitBytes) {
      onExceeded(bytes);
      return;
    }
    const pause = Math.max(POLL_MILLISECONDS, (Date.now() - started) / COUNTING_SHARE);
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
  }
}
