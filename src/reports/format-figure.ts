// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell, Figure } from "./figure.js";

/** RFC 4180: quoted where it has to be. A text that a spreadsheet would run as a formula gets an apostrophe, as OWASP advises. */
function toCsvField(cell: Cell): string {
  if (typeof cell !== "string") {
    return cell === null ? "" : String(cell);
  }
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A figure as CSV, with a line of keys first. */
export function formatFigureCsv({ columns, rows }: Figure): string {
  const lines = [columns.map(({ key }) => key), ...rows].map((cells) => cells.map(toCsvField).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** A figure as JSON: an object for each row. */
export function formatFigureJson({ name, title, columns, rows }: Figure): string {
  const objects = rows.map((cells) => Object.fromEntries(columns.map(({ key }, index) => [key, cells[index] ?? null])));
  return `${JSON.stringify({ figure: name, title, rows: objects }, null, 2)}\n`;
}
