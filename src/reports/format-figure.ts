// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell, Figure, FigureColumn } from "./figure.js";

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
