// SPDX-License-Identifier: GPL-3.0-or-later

/** A value of a figure: null where nothing is known. */
export type Cell = string | number | null;

/** What is in a column. */
export interface FigureColumn {
  /** The name for machines. */
  readonly key: string;
  /** The name for persons. */
  readonly title: string;
  readonly kind: "text" | "count" | "percent";
}

/** A figure as data: what a table shows, a chart draws, and a machine reads. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly FigureColumn[];
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A figure whose rows come some at a time, because all of them do not fit into memory. */
export interface FigureStream {
  readonly head: Omit<Figure, "rows">;
  /** Never without a row. */
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
}

/** A percentage with one decimal; null of nothing. */
export function toPercent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 10;
}
