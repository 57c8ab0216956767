// SPDX-License-Identifier: GPL-3.0-or-later
import type { Figure } from "../figure.js";
import { renderChart } from "./charts/chart.js";
import { chartFigure } from "./charts/figure-charts.js";
import { figureCell } from "./figure-cells.js";
import { describeFigure } from "./figure-texts.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { type KnownPages, Links } from "./links.js";
import { formatCount } from "./numbers.js";
import { figurePath, rootOf, withSuffix } from "./paths.js";
import { renderTable } from "./table.js";

/** Rows that a page shows; the downloads have all. */
export const MOST_ROWS = 500;

/** A figure of which the rows that are shown are there, and how many there are in all. */
export interface ShownFigure {
  readonly figure: Figure;
  readonly rows: number;
  readonly workload: string;
}

/** Links to the files of a figure beside its page. */
export function renderDownloads(path: string, rows: number): Html {
  const [csv, json] = [".csv", ".json"].map((suffix) => withSuffix(path, suffix).replace(/.*\//, ""));
  return html`<p class="downloads">All ${formatCount(rows)} rows: <a href="${csv}" download>CSV</a> <a href="${json}" download>JSON</a></p>`;
}

function renderRows({ figure, rows }: ShownFigure, links: Links): Html {
  const shown = figure.rows.slice(0, MOST_ROWS);
  return renderTable({
    caption: figure.title,
    columns: figure.columns.map(({ title, kind }) => ({ title, numeric: kind !== "text" })),
    rows: shown.map(
      (cells) =>
        html`<tr>${figure.columns.map((column, index) => figureCell(cells[index] ?? null, column, figure, cells, links))}`,
    ),
    ...(rows > shown.length && {
      note: `The first ${formatCount(shown.length)} of ${formatCount(rows)} rows. All of them are in the downloads above.`,
    }),
  });
}

/** The same figure for other kinds of workload. */
function renderWorkloads({ figure, workload }: ShownFigure, workloads: readonly string[], root: string): Html | "" {
  if (workloads.length < 2) {
    return "";
  }
  const links = workloads.map((other) =>
    other === workload
      ? html`<li><a href="${root}${figurePath(other, figure.name)}" aria-current="page">by ${other}</a></li>`
      : html`<li><a href="${root}${figurePath(other, figure.name)}">by ${other}</a></li>`,
  );
  return html`<nav class="tabs" aria-label="Kind of workload"><ul>${links}</ul></nav>`;
}

/** The page of a figure: how to read it, its charts, its downloads, its table. */
export function makeFigurePage(shown: ShownFigure, workloads: readonly string[], known: KnownPages): Page {
  const { figure, rows, workload } = shown;
  const path = figurePath(workload, figure.name);
  const { title, text } = describeFigure(figure.name);
  return {
    path,
    title,
    section: "figures",
    trail: [["Figures", "figures/index.html"]],
    lead: text,
    main: html`${renderWorkloads(shown, workloads, rootOf(path))}
${chartFigure(figure).map((chart) => renderChart(chart))}
<section><h2>Data</h2>
${renderDownloads(path, rows)}
${renderRows(shown, new Links(known, rootOf(path)))}</section>`,
  };
}
