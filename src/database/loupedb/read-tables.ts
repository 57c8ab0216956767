// SPDX-License-Identifier: GPL-3.0-or-later
import { decideVerdict } from "../../analysis/feature.js";
import { nameSyscall } from "../../tracing/syscall-table.js";
import type { LoupedbVerdict } from "./format.js";
import { type CsvRow, type CsvText, readRows } from "./read-rows.js";

const DYNAMIC_COLUMNS = ["used", "works faked", "works stubbed", "works both"] as const;
type DynamicRow = CsvRow<(typeof DYNAMIC_COLUMNS)[number]>;

/** Numbers that have no name are kept when they are used: a kernel may be newer than our table. */
function checkName({ file, report }: CsvText, { number, line }: CsvRow<string>, used: boolean): void {
  if (nameSyscall("x86_64", number).startsWith("syscall_")) {
    report({
      file,
      line,
      message: `x86-64 has no system call ${number}: ${used ? "kept without a name" : "unused, skipped"}`,
    });
  }
}

/**
 * "both" says in newer files that either treatment works, and then the two others say no; older files say yes in all three.
 * Whatever else occurs is said to be irregular.
 */
function readWorks({ file, report }: CsvText, { line, cells }: DynamicRow): { stub: boolean; fake: boolean } {
  const { "works faked": fake, "works stubbed": stub, "works both": both } = cells;
  if (both && fake !== stub) {
    report({ file, line, message: "works both ways, but only one of them: taken as both" });
  } else if (!both && fake && stub) {
    report({ file, line, message: "works faked and stubbed, but not both: taken as both" });
  }
  return { fake: fake || both, stub: stub || both };
}

/** Reads dyn.csv: the verdicts of the used calls in the order of their numbers. Throws LoupedbError. */
export function readDynamic(csv: CsvText): readonly LoupedbVerdict[] {
  const used = new Map<number, { stub: boolean; fake: boolean }>();
  for (const row of readRows(csv, DYNAMIC_COLUMNS)) {
    checkName(csv, row, row.cells.used);
    if (row.cells.used) {
      const works = readWorks(csv, row);
      const before = used.get(row.number) ?? works;
      used.set(row.number, { stub: works.stub && before.stub, fake: works.fake && before.fake });
    } else if (row.cells["works faked"] || row.cells["works stubbed"] || row.cells["works both"]) {
      csv.report({
        file: csv.file,
        line: row.line,
        message: `${row.number} is unused and yet said to work: taken as unused`,
      });
    }
  }
  return [...used]
    .map(([number, { stub, fake }]) => ({ number, verdict: decideVerdict({ works: stub }, { works: fake }) }))
    .sort((left, right) => left.number - right.number);
}

/** Reads static_binary.csv or static_sources.csv: the numbers of the calls that were found, in their order. Throws LoupedbError. */
export function readStatic(csv: CsvText): readonly number[] {
  const used = new Set<number>();
  for (const row of readRows(csv, ["used"])) {
    checkName(csv, row, row.cells.used);
    if (row.cells.used) {
      used.add(row.number);
    }
  }
  return [...used].sort((left, right) => left - right);
}
