// SPDX-License-Identifier: GPL-3.0-or-later
import { scaleLinear } from "d3-scale";
import { html } from "../html.js";
import { drawBottomAxis, type Plot } from "./axes.js";
import { at, type Chart, type Drawing, type LegendEntry, label, shorten } from "./chart.js";

/** A bar for each value of a thing; null where it is not known, which is shown as nothing. */
export interface BarItem {
  readonly text: string;
  readonly values: readonly (number | null)[];
  /** Stands at the end of the bars; default: the last value. */
  readonly note?: string;
}

/** Horizontal bars. */
export interface BarChart extends Pick<Chart, "id" | "title" | "description"> {
  readonly axis: string;
  readonly suffix?: string;
  /** The largest value of the axis; default: that of the data. */
  readonly most?: number;
  /** As many as each item has values; the last one is drawn on top where they overlap. */
  readonly series: readonly LegendEntry[];
  /** overlap: each value is a part of the one before. stack: they add up. beside: they are compared. */
  readonly arrangement: "overlap" | "stack" | "beside";
  readonly items: readonly BarItem[];
}

const BAR = { overlap: 16, stack: 16, beside: 8 } as const;

interface Bar {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly thickness: number;
}

function arrange({ arrangement, series }: BarChart, values: BarItem["values"]): readonly Bar[] {
  const bars: Bar[] = [];
  let from = 0;
  for (let index = 0; index < series.length; index++) {
    const value = values[index] ?? null;
    if (value === null || value === 0) {
      continue;
    }
    const thickness = BAR[arrangement];
    if (arrangement === "stack") {
      bars.push({ index, from, to: from + value, y: 0, thickness });
      from += value;
    } else if (arrangement === "overlap") {
      const inset = index * 4;
      bars.push({ index, from: 0, to: value, y: inset / 2, thickness: thickness - inset });
    } else {
      bars.push({ index, from: 0, to: value, y: index * (thickness + 1), thickness });
    }
  }
  return bars;
}

function largestOf({ arrangement, items }: BarChart): number {
  const sizes = items.map(({ values }) => {
    const known = values.map((value) => value ?? 0);
    return arrangement === "stack" ? known.reduce((sum, value) => sum + value, 0) : Math.max(...known);
  });
  return Math.max(1, ...sizes);
}

function drawBars(width: number, chart: BarChart): Drawing {
  const { arrangement, series, items, suffix = "" } = chart;
  const longest = Math.max(...items.map(({ text }) => text.length), 4);
  const left = Math.min(longest * 7.5 + 12, width * 0.42);
  const pitch = arrangement === "beside" ? series.length * 9 + 10 : 24;
  const top = 6;
  const bottom = top + items.length * pitch;
  const plot: Plot = { left, top, right: width - 64, bottom };
  const x = scaleLinear([0, chart.most ?? largestOf(chart)], [plot.left, plot.right]);
  const grid = x
    .ticks(width < 500 ? 3 : 6)
    .map((tick) => html`<path class="grid" d="M${at(x(tick))} ${top}V${bottom}"/>`);
  const rows = items.map((item, position) => {
    const y = top + position * pitch + 4;
    const bars = arrange(chart, item.values).map(
      (bar) =>
        html`<rect class="${series[bar.index]?.className}" x="${at(x(bar.from))}" y="${at(y + bar.y)}" width="${at(Math.max(1, x(bar.to) - x(bar.from)))}" height="${bar.thickness}" rx="1.5"><title>${item.text}, ${series[bar.index]?.text}: ${at(bar.to - bar.from)}${suffix}</title></rect>`,
    );
    const end = Math.max(0, ...arrange(chart, item.values).map(({ to }) => to));
    const middle = y + (pitch - 8) / 2 + 4;
    const note = item.note ?? `${item.values.at(-1) ?? "–"}${suffix}`;
    return html`${label(left - 8, middle, shorten(item.text, left - 8), "name end")}${bars}${label(x(end) + 6, middle, note, "value start")}`;
  });
  return { height: bottom + 44, body: html`${grid}${rows}${drawBottomAxis(x, plot, chart.axis)}` };
}

/** Horizontal bars, each with its name to the left and its value at its end. */
export function makeBarChart(bars: BarChart): Chart {
  return {
    ...{ id: bars.id, title: bars.title, description: bars.description },
    legend: bars.series.length > 1 ? bars.series : [],
    draw: (width) => drawBars(width, bars),
  };
}
