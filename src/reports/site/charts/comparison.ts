// SPDX-License-Identifier: GPL-3.0-or-later
import { descending } from "d3-array";
import type { Cell } from "../../figure.js";
import { medianOf } from "../numbers.js";
import { makeBarChart } from "./bars.js";
import type { Chart } from "./chart.js";
import { makeCurveChart } from "./curves.js";
import type { FigureTable } from "./figure-table.js";

/** Bars for more packages than this are curves. */
const MOST_PACKAGES = 24;

const SERIES = [
  { key: "staticSource", text: "in sources", name: "source" },
  { key: "staticBinary", text: "in programs", name: "binary" },
  { key: "used", text: "used", name: "used" },
  { key: "required", text: "required", name: "required" },
] as const;

function describe(table: FigureTable): string {
  const medians = SERIES.flatMap(({ key, text }) => {
    const median = medianOf(table.numbers(key));
    return median === undefined ? [] : [`${median} ${text}`];
  });
  return `System calls of ${table.figure.rows.length} packages. Medians: ${medians.join(", ")}.`;
}

function nameRow(table: FigureTable, row: readonly Cell[], isUnique: boolean): string {
  return isUnique ? table.text(row, "package") : `${table.text(row, "package")} ${table.text(row, "version")}`;
}

/** The paper's Figure 4: for each package, what its sources and its programs may call, what it calls, and what of that it requires. */
export function chartComparison(table: FigureTable): readonly Chart[] {
  const { rows } = table.figure;
  const known = SERIES.filter(({ key }) => table.numbers(key).length > 0);
  const common = {
    id: "comparison",
    title: "System calls by static analysis, used, and required",
    description: describe(table),
  };
  const names = new Set(rows.map((row) => table.text(row, "package")));
  if (rows.length <= MOST_PACKAGES) {
    return [
      makeBarChart({
        ...{ ...common, axis: "system calls", arrangement: "beside" },
        series: known.map(({ text, name }) => ({ text, className: `f-${name}` })),
        items: rows.map((row) => ({
          text: nameRow(table, row, names.size === rows.length),
          values: known.map(({ key }) => table.number(row, key)),
        })),
      }),
    ];
  }
  return [
    makeCurveChart({
      ...{ ...common, xTitle: "packages, each line from the most calls to the least", yTitle: "system calls" },
      series: known.map(({ key, text, name }) => ({
        ...{ text, className: `l-${name}`, filled: name === "required" },
        points: [...table.numbers(key)].sort(descending).map((value, index) => [index, value] as const),
      })),
    }),
  ];
}
