// SPDX-License-Identifier: GPL-3.0-or-later
import { type Content, Html, html, NOTHING } from "./html.js";
import { formatCount } from "./numbers.js";

/** A column: numbers are aligned to the right. */
export interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A table; each row is what `row` has made. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Html[];
  /** Under the table: what is not in it. */
  readonly note?: Content;
}

/** A cell with a text, or with HTML. */
export function cell(content: Content): Html {
  return html`<td>${content}`;
}

/** A cell with a number; a dash where it is not known. */
export function numberCell(value: number | null | undefined, format: (value: number) => string = formatCount): Html {
  return value === null || value === undefined ? UNKNOWN_NUMBER : new Html(`<td class="n">${format(value)}`);
}

const UNKNOWN_NUMBER = new Html('<td class="n none">–');

/** A row that begins with its heading. */
export function row(heading: Content, cells: readonly Html[]): Html {
  return html`<tr><th scope="row">${heading}${cells}`;
}

/** A table that scrolls by itself where it is wider than the page, and that can be sorted where scripts run. */
export function renderTable({ caption, columns, rows, note }: Table): Html {
  const heads = columns.map(({ title, numeric }) =>
    numeric === true ? html`<th scope="col" class="n">${title}` : html`<th scope="col">${title}`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="sortable"><caption>${caption}</caption><thead><tr>${heads}</thead><tbody>
${new Html(rows.map(({ text }) => text).join("\n"))}
</tbody></table></div>${note === undefined ? NOTHING : html`<p class="note">${note}</p>`}`;
}
