// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../../errors.js";
import { LAST_TABLE_NUMBER, type ReportIrregularity } from "./format.js";

/** A file of a loupedb database that cannot be understood; nothing of its run is imported. */
export class LoupedbError extends UsageError {
  override readonly name = "LoupedbError";
}

/** One row: the number of a call, and of each further column whether it says yes. */
export interface CsvRow<Column extends string> {
  readonly number: number;
  readonly line: number;
  readonly cells: Readonly<Record<Column, boolean>>;
}

/** A text, what it is called in messages, and where irregularities are reported. */
export interface CsvText {
  readonly file: string;
  readonly text: string;
  readonly report: ReportIrregularity;
}

function fail({ file }: CsvText, line: number, message: string): never {
  throw new LoupedbError(`${file}:${line}: ${message}`);
}

function splitCells(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim());
}

/** The order of the columns is what the header says, not what is usual. */
function readHeader<Column extends string>(
  csv: CsvText,
  header: string,
  columns: readonly Column[],
): readonly Column[] {
  const names = splitCells(header.replace(/^#/, "")).slice(1);
  const unknown = names.find((name) => !columns.some((column) => column === name));
  if (unknown !== undefined || new Set(names).size !== columns.length || names.length !== columns.length) {
    fail(csv, 1, `the columns are not "syscall, ${columns.join(", ")}"`);
  }
  return names as Column[];
}

function readCell(csv: CsvText, line: number, cell: string): boolean {
  if (!/^[YyNn]$/.test(cell)) {
    fail(csv, line, `${JSON.stringify(cell)} is neither Y nor N`);
  }
  if (cell !== cell.toUpperCase()) {
    csv.report({ file: csv.file, line, message: `"${cell}" in small letters: taken as ${cell.toUpperCase()}` });
  }
  return cell.toUpperCase() === "Y";
}

function readRow<Column extends string>(
  csv: CsvText,
  line: number,
  text: string,
  columns: readonly Column[],
): CsvRow<Column> {
  const [number = "", ...cells] = splitCells(text);
  if (!/^\d{1,5}$/.test(number)) {
    fail(csv, line, `${JSON.stringify(number.slice(0, 40))} is no number of a system call`);
  }
  if (cells.length !== columns.length) {
    fail(csv, line, `${cells.length + 1} columns in place of ${columns.length + 1}`);
  }
  const named = columns.map((column, index) => [column, readCell(csv, line, cells[index] ?? "")]);
  return { number: Number(number), line, cells: Object.fromEntries(named) as Record<Column, boolean> };
}

/** Says which numbers are missing or there twice. */
function checkNumbers({ file, report }: CsvText, rows: readonly CsvRow<string>[]): void {
  const lines = new Map<number, number>();
  for (const { number, line } of rows) {
    const first = lines.get(number);
    if (first !== undefined) {
      report({ file, line, message: `number ${number} again, after line ${first}: taken together, conservatively` });
    } else {
      lines.set(number, line);
    }
  }
  const missing = Array.from({ length: LAST_TABLE_NUMBER + 1 }, (_, number) => number).filter(
    (number) => !lines.has(number),
  );
  if (missing.length > 0) {
    const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", ..." : "");
    report({ file, message: `${missing.length} numbers are missing, taken as unused: ${shown}` });
  }
}

/**
 * Reads a table of the format: a header, which may be missing, and a row for each number. Irregularities that can be understood are
 * reported; throws LoupedbError, which names file and line, for the others.
 */
export function readRows<Column extends string>(
  csv: CsvText,
  usualColumns: readonly Column[],
): readonly CsvRow<Column>[] {
  const { file, text, report } = csv;
  const lines = text.replace(/\n$/, "").split("\n");
  if (text.includes("\r")) {
    report({ file, message: "lines end as on DOS (CR LF): taken as LF" });
  }
  const hasHeader = lines[0]?.trimStart().startsWith("#") === true;
  if (!hasHeader) {
    report({ file, line: 1, message: `no header: columns taken as "syscall, ${usualColumns.join(", ")}"` });
  }
  const columns = hasHeader ? readHeader(csv, lines[0] ?? "", usualColumns) : usualColumns;
  const rows: CsvRow<Column>[] = [];
  for (const [index, content] of lines.entries()) {
    if (content.trim() === "") {
      report({ file, line: index + 1, message: "blank line: skipped" });
    } else if (index > 0 || !hasHeader) {
      rows.push(readRow(csv, index + 1, content, columns));
    }
  }
  if (rows.length === 0) {
    fail(csv, lines.length, "there is no row");
  }
  checkNumbers(csv, rows);
  return rows;
}
