// SPDX-License-Identifier: GPL-3.0-or-later
import { formatCount } from "../numbers.js";
import { makeBarChart } from "./bars.js";
import type { Chart } from "./chart.js";
import type { FigureTable } from "./figure-table.js";

/** How many measurements had which outcome. */
export function chartOutcomes(table: FigureTable): readonly Chart[] {
  const { rows } = table.figure;
  const items = rows.map((row) => ({
    text: table.text(row, "outcome"),
    values: [table.number(row, "measurements")],
    note: formatCount(table.number(row, "measurements") ?? 0),
  }));
  return [
    makeBarChart({
      ...{ id: "outcomes", title: "Measurements by outcome", axis: "measurements", arrangement: "overlap", items },
      description: `Measurements by outcome: ${items.map(({ text, note }) => `${text} ${note}`).join(", ")}.`,
      series: [{ text: "measurements", className: "f-used" }],
    }),
  ];
}
