// SPDX-License-Identifier: GPL-3.0-or-later

import { Html, html } from "../html.js";
import { formatPercent } from "../numbers.js";
import { type Chart, type Drawing, label } from "./chart.js";
import type { FigureTable } from "./figure-table.js";

/** Calls in a row of the table: a number that people count in. */
const CALLS_IN_A_ROW = { wide: 40, narrow: 10 } as const;
const STEPS = 9;

interface Square {
  readonly number: number;
  readonly name: string;
  readonly share: number;
}

/** 0 for none, then nine steps of equal size. */
function stepOf(share: number): number {
  return share <= 0 ? 0 : Math.min(STEPS, Math.floor(share / (100 / STEPS)) + 1);
}

function drawSquares(width: number, squares: readonly Square[]): Drawing {
  const columns = CALLS_IN_A_ROW[width < 500 ? "narrow" : "wide"];
  const left = 34;
  const size = (width - left) / columns;
  // The table has holes; rows without any call are left out.
  const starts = [...new Set(squares.map(({ number }) => Math.floor(number / columns) * columns))].sort(
    (a, b) => a - b,
  );
  const rowOf = new Map(starts.map((start, index) => [start, index]));
  const drawn = squares.map(({ number, name, share }) => {
    const x = left + (number % columns) * size;
    const y = (rowOf.get(number - (number % columns)) ?? 0) * size;
    return `<rect class="h${stepOf(share)}" x="${(x + 0.75).toFixed(1)}" y="${(y + 0.75).toFixed(1)}" width="${(size - 1.5).toFixed(1)}" height="${(size - 1.5).toFixed(1)}" rx="2"><title>${html`${number} ${name}: ${formatPercent(share)}`.text}</title></rect>`;
  });
  const labels = starts.map((start, index) => label(left - 8, (index + 0.5) * size + 4, start, "tick end"));
  return { height: starts.length * size, body: html`${labels}${new Html(drawn.join(""))}` };
}

function makeHeatMap(table: FigureTable, key: "usedPercent" | "requiredPercent", verb: string): Chart {
  const squares = table.figure.rows.flatMap((row): Square[] => {
    const number = table.number(row, "number");
    return number === null ? [] : [{ number, name: table.text(row, "syscall"), share: table.number(row, key) ?? 0 }];
  });
  const some = squares.filter(({ share }) => share > 0);
  const most = [...some].sort((left, right) => right.share - left.share || left.number - right.number).slice(0, 5);
  return {
    id: `heat-${verb}`,
    title: `Packages that ${verb} each call of the table, by its number`,
    description: `${some.length} of ${squares.length} calls; most often: ${most.map(({ name, share }) => `${name} ${formatPercent(share)}`).join(", ")}. The table below has all of them.`,
    legend: [
      { text: "none", className: "h0" },
      { text: "up to 11 %", className: "h1" },
      { text: "about half", className: "h5" },
      { text: "89 % and more", className: "h9" },
    ],
    draw: (width) => drawSquares(width, squares),
  };
}

/** The paper's Figure 5: the system call table, each call by the share of packages that require it, and that use it. */
export function chartHeatMap(table: FigureTable): readonly Chart[] {
  if (!table.has("number", "syscall", "usedPercent", "requiredPercent")) {
    return [];
  }
  return [makeHeatMap(table, "requiredPercent", "require"), makeHeatMap(table, "usedPercent", "use")];
}
