// SPDX-License-Identifier: GPL-3.0-or-later
import { resolve } from "node:path";
import { execa } from "execa";

/** What a command took. */
export interface LoupeRun {
  readonly seconds: number;
  /** Of the processor, user and system. */
  readonly busySeconds: number;
  readonly peakMiB: number;
}

/** Runs bin/loupe, and learns its peak memory from itself. */
export async function runLoupe(words: readonly string[]): Promise<LoupeRun> {
  const watcher = [
    'process.on("exit", () => {',
    "  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();",
    '  process.stderr.write("\\npeak " + maxRSS + " " + (userCPUTime + systemCPUTime) + "\\n");',
    "});",
  ].join("\n");
  const started = performance.now();
  const { stderr } = await execa(resolve("bin/loupe"), words, {
    stdout: "ignore",
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watcher)}` },
  });
  const [, peak, busy] = /^peak (\d+) (\d+)$/m.exec(stderr) ?? [];
  return {
    seconds: (performance.now() - started) / 1000,
    busySeconds: Number(busy) / 1_000_000,
    peakMiB: Number(peak) / 1024,
  };
}

/** Seconds, processor time and peak memory for a table. */
export function formatRun({ seconds, busySeconds, peakMiB }: LoupeRun): string {
  return `${seconds.toFixed(1)} s (${busySeconds.toFixed(1)} s busy), ${Math.round(peakMiB)} MiB`;
}
