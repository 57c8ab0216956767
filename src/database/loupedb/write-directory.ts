// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Verdict } from "../../analysis/feature.js";
import { DYNAMIC_HEADER, LAST_TABLE_NUMBER, type LoupedbRun, nameWorkload, STATIC_HEADER } from "./format.js";

/** used, works faked, works stubbed, works both: in the style of newer files, where one of them at most is a yes. */
const CELLS: Readonly<Record<Verdict | "unused", string>> = {
  unused: "N,N,N,N",
  required: "Y,N,N,N",
  stub: "Y,N,Y,N",
  fake: "Y,Y,N,N",
  any: "Y,N,N,Y",
};

/** The table's numbers, and used ones beyond. */
function listNumbers(used: readonly number[]): readonly number[] {
  const table = Array.from({ length: LAST_TABLE_NUMBER + 1 }, (_, number) => number);
  return [...table, ...used.filter((number) => number > LAST_TABLE_NUMBER)];
}

function formatDynamic(verdicts: NonNullable<LoupedbRun["verdicts"]>): string {
  const byNumber = new Map(verdicts.map(({ number, verdict }) => [number, verdict]));
  const numbers = listNumbers([...byNumber.keys()]);
  const rows = numbers.map((number) => `${number},${CELLS[byNumber.get(number) ?? "unused"]}`);
  return `${[DYNAMIC_HEADER, ...rows].join("\n")}\n`;
}

function formatStatic(found: readonly number[]): string {
  const used = new Set(found);
  const rows = listNumbers(found).map((number) => `${number},${used.has(number) ? "Y" : "N"}`);
  return `${[STATIC_HEADER, ...rows].join("\n")}\n`;
}

/** Writes one run into a directory of the format, below `directory`. */
export async function writeLoupedbRun(directory: string, run: LoupedbRun): Promise<void> {
  const place = join(directory, run.application, nameWorkload(run.workload), run.run);
  await mkdir(join(place, "data"), { recursive: true });
  const files: readonly (readonly [string, string | null])[] = [
    ["cmd.txt", run.command],
    [`Dockerfile.${run.application}`, run.dockerfile],
    ["data/dyn.csv", run.verdicts && formatDynamic(run.verdicts)],
    ["data/static_binary.csv", run.staticBinary && formatStatic(run.staticBinary)],
    ["data/static_sources.csv", run.staticSources && formatStatic(run.staticSources)],
  ];
  for (const [name, text] of files) {
    if (text !== null) {
      await writeFile(join(place, name), text);
    }
  }
}
