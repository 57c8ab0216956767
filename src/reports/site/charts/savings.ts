// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell } from "../../figure.js";
import type { Chart } from "./chart.js";
import { makeCurveChart } from "./curves.js";
import type { FigureTable } from "./figure-table.js";

/** More systems than this are in the table alone. */
const MOST_SYSTEMS = 12;

function groupBySystem(table: FigureTable): readonly (readonly [string, readonly (readonly Cell[])[]])[] {
  const systems = new Map<string, (readonly Cell[])[]>();
  for (const row of table.figure.rows) {
    const name = table.text(row, "os");
    const rows = systems.get(name) ?? [];
    systems.set(name, rows);
    rows.push(row);
  }
  return [...systems].slice(0, MOST_SYSTEMS);
}

const WAYS = [
  { key: "organic", text: "as it happened", className: "l-source" },
  { key: "naive", text: "every used call", className: "l-used" },
  { key: "plan", text: "our plan", className: "l-required" },
] as const;

/** The paper's Figure 2: calls to implement until so many packages run, in each way. */
export function chartSavings(table: FigureTable): readonly Chart[] {
  return groupBySystem(table).map(([name, rows], index) => {
    const last = rows.at(-1) ?? [];
    const series = WAYS.map(({ key, text, className }) => ({
      ...{ text, className },
      points: rows.flatMap((row) => {
        const [packages, calls] = [table.number(row, "packages"), table.number(row, key)];
        return packages === null || calls === null ? [] : [[packages, calls] as const];
      }),
    })).filter(({ points }) => points.length > 0);
    return makeCurveChart({
      id: `savings-${index}`,
      title: `System calls to implement, from ${name}`,
      description: `Until ${table.number(last, "packages")} packages run: ${series.map(({ text, points }) => `${text} ${points.at(-1)?.[1]}`).join(", ")} calls.`,
      ...{ xTitle: "packages that run", yTitle: "calls implemented", series },
    });
  });
}

/** How many packages run after so much work, for each system. */
export function chartSupport(table: FigureTable): readonly Chart[] {
  const systems = groupBySystem(table);
  return systems.map(([name, rows], index) => {
    const points = rows.flatMap((row) => {
      const [effort, supported] = [table.number(row, "effort"), table.number(row, "supported")];
      return effort === null || supported === null ? [] : [[effort, supported] as const];
    });
    return makeCurveChart({
      id: `support-${index}`,
      title: `Packages that ${name} runs, by the effort of the plan`,
      description: `${points[0]?.[1] ?? 0} packages run already, ${points.at(-1)?.[1] ?? 0} after an effort of ${points.at(-1)?.[0] ?? 0}.`,
      ...{ xTitle: "effort: 1 for a call that is implemented", yTitle: "packages that run" },
      series: [{ text: name, className: "l-required", points, filled: true }],
    });
  });
}
