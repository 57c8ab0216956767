// SPDX-License-Identifier: GPL-3.0-or-later
import type { Cell } from "../../figure.js";
import { makeBarChart } from "./bars.js";
import type { Chart } from "./chart.js";
import type { FigureTable } from "./figure-table.js";

/** More packages than this are in the table alone. */
const MOST_PACKAGES = 8;

/** The paper's Figure 8: how many calls each version of a package uses and requires. */
export function chartVersions(table: FigureTable): readonly Chart[] {
  if (!table.has("package", "version", "used", "required")) {
    return [];
  }
  const packages = new Map<string, (readonly Cell[])[]>();
  for (const row of table.figure.rows) {
    const name = [table.text(row, "package"), table.text(row, "architecture")].join(" ").trim();
    packages.set(name, [...(packages.get(name) ?? []), row]);
  }
  return [...packages].slice(0, MOST_PACKAGES).map(([name, rows], index) => {
    const items = rows.map((row) => ({
      text: table.text(row, "version"),
      values: [table.number(row, "used"), table.number(row, "required")],
      note: `${table.number(row, "required") ?? "–"} of ${table.number(row, "used") ?? "–"}`,
    }));
    return makeBarChart({
      ...{ id: `versions-${index}`, title: `Versions of ${name}`, axis: "features", arrangement: "overlap", items },
      description: `Required of used features: ${items.map(({ text, note }) => `${text}: ${note}`).join("; ")}.`,
      series: [
        { text: "used", className: "f-used" },
        { text: "required", className: "f-required" },
      ],
    });
  });
}
