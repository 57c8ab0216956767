// SPDX-License-Identifier: GPL-3.0-or-later
import stringWidth from "string-width";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Texts are not made narrower than this: lines of fewer characters cannot be read. */
const NARROWEST_TEXT = 12;

/** The columns of a terminal that the longest of these lines takes. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}

/** How wide a column is by itself, and at least: numbers, on the right, stay whole, and so do the words of titles. */
function measure({ title, align = "left" }: Column, cells: readonly string[]): { natural: number; least: number } {
  const content = widest(cells.flatMap((cell) => cell.split("\n")));
  const natural = Math.max(content, stringWidth(title));
  const least = Math.max(widest(title.split(" ")), align === "right" ? content : Math.min(content, NARROWEST_TEXT));
  return { natural, least };
}

/**
 * The widths of columns that together take at most `room`: that of the widest ones is taken first. Undefined where they would have to be
 * narrower than can be read.
 */
export function fitColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room: number,
): readonly number[] | undefined {
  const measured = columns.map((column, index) =>
    measure(
      column,
      rows.map((row) => row[index] ?? ""),
    ),
  );
  const widths = measured.map(({ natural }) => natural);
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const reducible = widths.map((width, index) => (width > (measured[index]?.least ?? 0) ? width : 0));
    const index = reducible.indexOf(Math.max(...reducible));
    const width = widths[index] ?? 0;
    if (reducible[index] === 0) {
      return undefined;
    }
    widths[index] = width - 1;
  }
  return widths;
}
