// SPDX-License-Identifier: GPL-3.0-or-later
// d3-axis draws into a browser's document; these are strings.
import type { ScaleLinear } from "d3-scale";
import { type Html, html } from "../html.js";
import { formatCount } from "../numbers.js";
import { at, label } from "./chart.js";

/** The area within the axes, in pixels. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Scale = ScaleLinear<number, number>;

function formatTick(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}

/** Horizontal lines with their values to the left. */
export function drawLeftAxis(scale: Scale, { left, right, top }: Plot, title: string, suffix = ""): Html {
  const ticks = scale.ticks(5).map((tick) => {
    const y = at(scale(tick));
    return html`<path class="grid" d="M${left} ${y}H${right}"/>${label(left - 6, y + 4, `${formatTick(tick)}${suffix}`, "tick end")}`;
  });
  return html`${ticks}${label(left, top - 10, title, "axis start")}`;
}

/** Values below the plot. */
export function drawBottomAxis(scale: Scale, { left, right, bottom }: Plot, title: string): Html {
  const ticks = scale
    .ticks(right - left < 400 ? 4 : 8)
    .filter(Number.isInteger)
    .map((tick) => {
      const x = at(scale(tick));
      return html`<path class="axis-line" d="M${x} ${bottom}v4"/>${label(x, bottom + 17, formatTick(tick), "tick middle")}`;
    });
  return html`<path class="axis-line" d="M${left} ${bottom}H${right}"/>${ticks}${label(right, bottom + 34, title, "axis end")}`;
}
