// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import type { TestResults } from "../../../src/workload/test-results/test-results.js";

/** A file or directory of test/fixtures/test-results. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(`../../fixtures/test-results/${path}`, import.meta.url));
}

export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "loupe-test-results-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The results that a run with this output, and no result files, has. */
export async function readLogText(text: string | Buffer): Promise<TestResults> {
  const logFile = join(await makeDirectory(), "log");
  await writeFile(logFile, text);
  return await collectResults({ logFile });
}

/** The results of a run without output that left these files. */
export async function readFiles(directory: string): Promise<TestResults> {
  const logFile = join(await makeDirectory(), "log");
  await writeFile(logFile, "");
  return await collectResults({ logFile, directory });
}
