// SPDX-License-Identifier: GPL-3.0-or-later
import { descending } from "d3-array";
import { formatCount, formatPercent } from "../numbers.js";
import { makeBarChart } from "./bars.js";
import type { Chart } from "./chart.js";
import { makeCurveChart } from "./curves.js";
import type { FigureTable } from "./figure-table.js";

const MOST_CALLS = 25;

function toPoints(shares: readonly number[]): readonly (readonly [number, number])[] {
  const sorted = [...shares].filter((share) => share > 0).sort(descending);
  // A step for each call, from its own beginning to its end.
  return [...sorted, sorted.at(-1) ?? 0].map((share, index) => [index, share]);
}

/** The paper's Figure 3: for how many calls it is true that at least so many packages use them, and require them. */
export function chartImportanceCurve(table: FigureTable): Chart {
  const calls = table.figure.rows.filter((row) => table.cell(row, "kind") === "syscall");
  const used = toPoints(table.numbers("usedPercent", calls));
  const required = toPoints(table.numbers("requiredPercent", calls));
  const half = (points: typeof used): string =>
    formatCount(points.slice(0, -1).filter(([, share]) => share >= 50).length);
  return makeCurveChart({
    id: "curve",
    title: "Share of packages that use, and that require, each system call",
    description: `System calls from the most to the least important one. ${formatCount(used.length - 1)} calls are used, ${half(used)} of them by at least half of all packages; ${formatCount(required.length - 1)} are required, ${half(required)} by at least half.`,
    ...{ xTitle: "system calls, the most important first", yTitle: "packages", ySuffix: " %", yMost: 100 },
    series: [
      { text: "use it", className: "l-used", points: used, filled: true },
      { text: "require it", className: "l-required", points: required, filled: true },
    ],
  });
}

/** The calls that most packages require, each beside how many use it. */
export function chartMostRequired(table: FigureTable, most = MOST_CALLS): Chart {
  const calls = table.figure.rows
    .filter((row) => table.cell(row, "kind") === "syscall" && (table.number(row, "requiredBy") ?? 0) > 0)
    .slice(0, most);
  return makeBarChart({
    id: "most-required",
    title: `The ${calls.length} system calls that most packages require`,
    description: `Bars for each call: how many percent of packages use it and require it. First: ${calls
      .slice(0, 3)
      .map((row) => `${table.text(row, "feature")}, required by ${table.number(row, "requiredPercent")} %`)
      .join("; ")}.`,
    ...{ axis: "% of packages", suffix: " %", most: 100, arrangement: "overlap" },
    series: [
      { text: "use it", className: "f-used" },
      { text: "require it", className: "f-required" },
    ],
    items: calls.map((row) => ({
      text: table.text(row, "feature"),
      values: [table.number(row, "usedPercent"), table.number(row, "requiredPercent")],
      note: formatPercent(table.number(row, "requiredPercent") ?? 0),
    })),
  });
}

export function chartImportance(table: FigureTable): readonly Chart[] {
  const calls = table.figure.rows.filter((row) => table.cell(row, "kind") === "syscall");
  if (calls.length === 0) {
    return [];
  }
  const someRequired = calls.some((row) => (table.number(row, "requiredBy") ?? 0) > 0);
  return [chartImportanceCurve(table), ...(someRequired ? [chartMostRequired(table)] : [])];
}
