// SPDX-License-Identifier: GPL-3.0-or-later
import Table from "cli-table3";
import wrapAnsi from "wrap-ansi";
import { type Column, fitColumns, widest } from "./column-widths.js";
import { describeStdout, type Terminal } from "./terminal.js";

export type { Column } from "./column-widths.js";

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

const GAP = NO_LINES.middle.length;

function draw(columns: readonly Column[], rows: readonly (readonly string[])[], hasHead: boolean): string {
  const table = new Table({
    head: hasHead ? columns.map(({ title }) => title) : [],
    colAligns: columns.map(({ align }) => align ?? "left"),
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function wrap(text: string, width: number): string {
  return widest(text.split("\n")) <= width ? text : wrapAnsi(text, Math.max(1, width), { hard: true });
}

/** One line for each value, with its title: for a terminal on which columns do not fit side by side. */
function drawRecords(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const longest = widest(columns.map(({ title }) => title));
  const titleWidth = Math.max(1, Math.min(longest, Math.floor((width - GAP) / 2)));
  const drawRecord = (row: readonly string[]): string => {
    const lines = columns
      .map(({ title }, index) => [wrap(title, titleWidth), wrap(row[index] ?? "", width - titleWidth - GAP)])
      .filter(([, value]) => value !== "");
    return draw([{ title: "" }, { title: "" }], lines, false);
  };
  return rows.map(drawRecord).join("\n\n");
}

/**
 * Renders rows under titles, without lines and without spaces at the ends of lines. On a terminal that is narrower than the table, texts are
 * continued in the next line, the widest column first; where that does not suffice, each row becomes lines of a title and a value. A file gets
 * the table as it is.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width }: Pick<Terminal, "width"> = describeStdout(),
): string {
  if (width === undefined) {
    return draw(columns, rows, true);
  }
  const widths = fitColumns(columns, rows, width - GAP * (columns.length - 1));
  if (widths === undefined) {
    return drawRecords(columns, rows, width);
  }
  const narrow = (text: string, index: number): string => wrap(text, widths[index] ?? width);
  return draw(
    columns.map(({ title, ...column }, index) => ({ ...column, title: narrow(title, index) })),
    rows.map((row) => row.map(narrow)),
    true,
  );
}
