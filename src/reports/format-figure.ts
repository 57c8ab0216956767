// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell, Figure, FigureColumn, FigureStream } from "./figure.js";

/** RFC 4180: quoted where it has to be. A text that a spreadsheet would run as a formula gets an apostrophe, as OWASP advises. */
function toCsvField(cell: Cell): string {
  if (typeof cell !== "string") {
    return cell === null ? "" : String(cell);
  }
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of CSV, with its end. */
export function formatCsvLine(cells: readonly Cell[]): string {
  return `${cells.map(toCsvField).join(",")}\r\n`;
}

/** A figure as CSV, with a line of keys first. */
export function formatFigureCsv({ columns, rows }: Figure): string {
  return [columns.map(({ key }) => key), ...rows].map(formatCsvLine).join("");
}

/** A row as an object whose keys are those of the columns. */
export function toRowObject(columns: readonly FigureColumn[], cells: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(columns.map(({ key }, index) => [key, cells[index] ?? null]));
}

/** A figure as JSON: an object for each row. */
export function formatFigureJson({ name, title, columns, rows }: Figure): string {
  const objects = rows.map((cells) => toRowObject(columns, cells));
  return `${JSON.stringify({ figure: name, title, rows: objects }, null, 2)}\n`;
}

async function* formatCsvParts({ head, batches }: FigureStream): AsyncGenerator<string> {
  let before = formatCsvLine(head.columns.map(({ key }) => key));
  for await (const rows of batches) {
    yield before + rows.map(formatCsvLine).join("");
    before = "";
  }
}

/** Within a text of JSON, a line break is always one of its form: in strings it is \n. */
function indentJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", "\n    ");
}

async function* formatJsonParts({ head: { name, title, columns }, batches }: FigureStream): AsyncGenerator<string> {
  let before = `{\n  "figure": ${JSON.stringify(name)},\n  "title": ${JSON.stringify(title)},\n  "rows": [\n    `;
  let after = "";
  for await (const rows of batches) {
    yield before + rows.map((cells) => indentJson(toRowObject(columns, cells))).join(",\n    ");
    before = ",\n    ";
    after = "\n  ]\n}\n";
  }
  if (after !== "") {
    yield after;
  }
}

/** The same bytes as of the whole figure, part by part; no part where there is no row. */
export function formatFigureParts(figure: FigureStream, form: "csv" | "json"): AsyncIterable<string> {
  return form === "csv" ? formatCsvParts(figure) : formatJsonParts(figure);
}
