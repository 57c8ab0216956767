// SPDX-License-Identifier: GPL-3.0-or-later
import { scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { Html, html } from "../html.js";
import { drawBottomAxis, drawLeftAxis, type Plot } from "./axes.js";
import { at, type Chart, type Drawing } from "./chart.js";

/** A line: its points go from left to right. */
export interface Series {
  readonly text: string;
  /** Of the style sheet: its colour and its dashes. */
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Whether the area below is filled. */
  readonly filled?: boolean;
}

/** Lines over a common axis. */
export interface CurveChart extends Pick<Chart, "id" | "title" | "description"> {
  readonly xTitle: string;
  readonly yTitle: string;
  /** After each value of the y axis. */
  readonly ySuffix?: string;
  /** The largest value of the y axis; default: that of the data. */
  readonly yMost?: number;
  readonly series: readonly Series[];
}

/** More points than this cannot be seen. */
const MOST_POINTS = 400;

/** Leaves out points that are not seen; the first and the last one stay. */
export function thin<Point>(points: readonly Point[], most = MOST_POINTS): readonly Point[] {
  if (points.length <= most) {
    return points;
  }
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)] as Point);
}

function drawCurves(width: number, { xTitle, yTitle, ySuffix = "", yMost, series }: CurveChart): Drawing {
  const height = width < 500 ? 280 : 340;
  const plot: Plot = { left: 48, top: 30, right: width - 14, bottom: height - 44 };
  const all = series.flatMap(({ points }) => points);
  const x = scaleLinear([0, Math.max(1, ...all.map(([value]) => value))], [plot.left, plot.right]);
  const y = scaleLinear([0, yMost ?? Math.max(1, ...all.map(([, value]) => value))], [plot.bottom, plot.top]);
  if (yMost === undefined) {
    y.nice(5);
  }
  const lines = series.map(({ className, points, filled }) => {
    const shown = [...thin(points)];
    const path = line<readonly [number, number]>()
      .x(([value]) => at(x(value)))
      .y(([, value]) => at(y(value)))
      .curve(curveStepAfter)(shown);
    const below = area<readonly [number, number]>()
      .x(([value]) => at(x(value)))
      .y0(plot.bottom)
      .y1(([, value]) => at(y(value)))
      .curve(curveStepAfter)(shown);
    const fill =
      filled === true && below !== null ? html`<path class="area ${className}" d="${new Html(below)}"/>` : "";
    return html`${fill}<path class="line ${className}" d="${new Html(path ?? "")}"/>`;
  });
  return {
    height,
    body: html`${drawLeftAxis(y, plot, yTitle, ySuffix)}${lines}${drawBottomAxis(x, plot, xTitle)}`,
  };
}

/** Lines over a common axis, with steps where values change. */
export function makeCurveChart(curves: CurveChart): Chart {
  return {
    id: curves.id,
    title: curves.title,
    description: curves.description,
    legend: curves.series.map(({ text, className }) => ({ text, className })),
    draw: (width) => drawCurves(width, curves),
  };
}
