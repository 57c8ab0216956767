// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind, Verdict } from "../../analysis/feature.js";
import type { Cell, Figure, FigureColumn } from "../figure.js";
import { type Html, html } from "./html.js";
import type { Links } from "./links.js";
import { formatNumber, formatPercent } from "./numbers.js";
import { cell, numberCell } from "./table.js";
import { VERDICTS, verdictCell } from "./verdicts.js";

const KINDS: ReadonlySet<string> = new Set<FeatureKind>(["syscall", "sub-feature", "pseudo-file"]);
const VERDICT_NAMES: ReadonlySet<string> = new Set(VERDICTS);

/** Columns whose texts name a system call, a pseudo-file, or a feature of the row's own kind. */
const FEATURE_COLUMNS: ReadonlyMap<string, FeatureKind | "own"> = new Map([
  ["feature", "own"],
  ["syscall", "syscall"],
  ["call", "syscall"],
  ["path", "pseudo-file"],
]);

const VERDICT_COLUMNS: ReadonlySet<string> = new Set(["verdict", "verdictBefore", "verdictAfter"]);

/** Texts that are longer are folded. */
const LONGEST_TEXT = 90;
/** Nobody reads more of it on a page; the downloads have it whole. */
const MOST_TEXT = 4000;

/** A text that may have many lines, or be as long as it likes. */
export function foldedText(text: string): Html {
  const [first = "", ...others] = text.split("\n");
  if (others.length === 0 && first.length <= LONGEST_TEXT) {
    return html`${first}`;
  }
  const summary = first.length > LONGEST_TEXT ? `${first.slice(0, LONGEST_TEXT)}…` : first;
  const whole = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
  return html`<details><summary>${summary}</summary><pre>${whole}</pre></details>`;
}

function kindOf(columns: readonly FigureColumn[], cells: readonly Cell[]): FeatureKind {
  const kind = cells[columns.findIndex(({ key }) => key === "kind")];
  return typeof kind === "string" && KINDS.has(kind) ? (kind as FeatureKind) : "syscall";
}

function linkText(text: string, key: string, figure: Figure, cells: readonly Cell[], links: Links): Html {
  if (key === "package") {
    return links.package(text);
  }
  const kind = FEATURE_COLUMNS.get(key);
  return kind === undefined || text === ""
    ? foldedText(text)
    : links.feature(kind === "own" ? kindOf(figure.columns, cells) : kind, text);
}

/** A cell of a figure's table. */
export function figureCell(
  value: Cell,
  column: FigureColumn,
  figure: Figure,
  cells: readonly Cell[],
  links: Links,
): Html {
  if (column.kind !== "text") {
    const number = typeof value === "string" ? null : value;
    return numberCell(number, column.kind === "percent" ? formatPercent : formatNumber);
  }
  if (value === null) {
    return html`<td class="none">–`;
  }
  const text = String(value);
  return VERDICT_COLUMNS.has(column.key) && VERDICT_NAMES.has(text)
    ? verdictCell(text as Verdict)
    : cell(linkText(text, column.key, figure, cells, links));
}
