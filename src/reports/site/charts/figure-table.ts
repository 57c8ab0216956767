// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell, Figure } from "../../figure.js";

/** The cells of a figure by the keys of its columns. */
export class FigureTable {
  readonly #positions: ReadonlyMap<string, number>;

  constructor(readonly figure: Figure) {
    this.#positions = new Map(figure.columns.map(({ key }, index) => [key, index]));
  }

  has(...keys: readonly string[]): boolean {
    return keys.every((key) => this.#positions.has(key));
  }

  cell(row: readonly Cell[], key: string): Cell {
    return row[this.#positions.get(key) ?? -1] ?? null;
  }

  number(row: readonly Cell[], key: string): number | null {
    const value = this.cell(row, key);
    return typeof value === "number" ? value : null;
  }

  text(row: readonly Cell[], key: string): string {
    return String(this.cell(row, key) ?? "");
  }

  /** The known numbers of a column. */
  numbers(key: string, rows = this.figure.rows): readonly number[] {
    return rows.flatMap((row) => this.number(row, key) ?? []);
  }
}
