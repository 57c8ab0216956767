// SPDX-License-Identifier: GPL-3.0-or-later
// What the pages of benchmarks have in common.
import { writeFile } from "node:fs/promises";
import { describeMachine } from "./table.js";

/** Source packages of Debian 12's main, and about how many features each of them uses. */
export const DISTRIBUTION = { packages: 34_299, features: 45 } as const;

/** By what, when and where the figures of a page were measured; `loadBefore` is the load of other programs at the beginning. */
export function describeMeasurement(script: string, loadBefore: number): string {
  const date = new Date().toISOString().slice(0, 10);
  return `Measured with \`npm run ${script} -- --write\` on ${date}: ${describeMachine()}, a load of
${loadBefore.toFixed(1)} by other programs.`;
}

/** Prints a page and, where that was asked for, writes it. */
export async function publishPage(page: string, { file, write }: { file: string; write: boolean }): Promise<void> {
  process.stdout.write(page);
  if (write) {
    await writeFile(file, page);
  }
}
