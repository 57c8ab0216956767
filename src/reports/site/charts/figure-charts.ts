// SPDX-License-Identifier: GPL-3.0-or-later
// Which charts a figure gets: by its name where there is a chart of its own, else by the kinds of its columns.
import type { Figure } from "../../figure.js";
import { makeBarChart } from "./bars.js";
import type { Chart } from "./chart.js";
import { chartComparison } from "./comparison.js";
import { FigureTable } from "./figure-table.js";
import { chartHeatMap } from "./heat-map.js";
import { chartImportance } from "./importance.js";
import { chartOutcomes } from "./outcomes.js";
import { chartSavings, chartSupport } from "./savings.js";
import { chartVersions } from "./versions.js";

type MakeCharts = (table: FigureTable) => readonly Chart[];

const CHARTS: Readonly<Record<string, MakeCharts>> = {
  importance: chartImportance,
  comparison: chartComparison,
  outcomes: chartOutcomes,
  "heat-map": chartHeatMap,
  savings: chartSavings,
  support: chartSupport,
  versions: chartVersions,
};

/** Bars of more things than this are no help. */
const MOST_BARS = 30;

/** Bars of the first number of a small table that has one name a row. */
function chartAnyFigure(table: FigureTable): readonly Chart[] {
  const { columns, rows, title } = table.figure;
  const number = columns.findIndex(({ kind }) => kind !== "text");
  const names = columns.flatMap(({ kind }, index) => (kind === "text" && index < number ? [index] : []));
  if (number < 0 || names.length === 0 || rows.length < 2 || rows.length > MOST_BARS) {
    return [];
  }
  const { title: axis = "" } = columns[number] ?? {};
  return [
    makeBarChart({
      ...{ id: "bars", title, axis, arrangement: "beside" },
      description: `A bar for each row of the table below: ${axis}.`,
      series: [{ text: axis, className: "f-used" }],
      items: rows.map((cells) => ({
        text: names.map((index) => cells[index] ?? "").join(" "),
        values: [Number(cells[number] ?? 0)],
      })),
    }),
  ];
}

/** The charts of a figure; none where a table says it better. */
export function chartFigure(figure: Figure): readonly Chart[] {
  if (figure.rows.length === 0) {
    return [];
  }
  const make = Object.hasOwn(CHARTS, figure.name) ? CHARTS[figure.name] : undefined;
  return (make ?? chartAnyFigure)(new FigureTable(figure));
}
