// SPDX-License-Identifier: GPL-3.0-or-later
// Charts are drawn when the site is made: static SVG, once for wide and once for narrow screens, whose colours the style sheet sets.
import { type Content, type Html, html, NOTHING } from "../html.js";

/** What a colour or a kind of line stands for. */
export interface LegendEntry {
  readonly text: string;
  /** The class of the style sheet that paints it: `f-required` and so on for areas, `l-used` and so on for lines. */
  readonly className: string;
}

/** What has been drawn: as wide as it was asked for. */
export interface Drawing {
  readonly height: number;
  readonly body: Html;
}

/** A chart that can be drawn in any width. */
export interface Chart {
  /** Unique on its page. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, for those who do not see it. */
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  draw(width: number): Drawing;
}

/** In CSS pixels, so that letters have their size: as wide as a page, as half of one, and for phones. */
const WIDTHS = { wide: 1090, half: 520, narrow: 330 } as const;

function renderDrawing({ id, title, description, draw }: Chart, size: keyof typeof WIDTHS): Html {
  const width = WIDTHS[size];
  const { height, body } = draw(width);
  const name = `${id}-${size}`;
  return html`<svg class="${size === "narrow" ? size : "wide"}" viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-labelledby="${name}-t ${name}-d"><title id="${name}-t">${title}</title><desc id="${name}-d">${description}</desc>${body}</svg>`;
}

function renderLegend(legend: readonly LegendEntry[]): Html {
  if (legend.length === 0) {
    return NOTHING;
  }
  const entries = legend.map(({ text, className }) => {
    const sample = className.startsWith("l-")
      ? html`<path class="${className}" d="M0 6h22"/>`
      : html`<rect class="${className}" x="5" width="12" height="12" rx="2"/>`;
    return html`<li><svg viewBox="0 0 22 12" width="22" height="12" aria-hidden="true">${sample}</svg>${text}</li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

/** A chart with its title and its legend; where there is room for it, it takes the whole width or half of it. */
export function renderChart(chart: Chart, size: "wide" | "half" = "wide"): Html {
  return html`<figure class="chart"><figcaption>${chart.title}</figcaption>${renderLegend(chart.legend)}${renderDrawing(chart, size)}${renderDrawing(chart, "narrow")}</figure>`;
}

/** A coordinate: a tenth of a pixel is enough. */
export function at(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A text in a chart. */
export function label(x: number, y: number, content: Content, className: string): Html {
  return html`<text x="${at(x)}" y="${at(y)}" class="${className}">${content}</text>`;
}

/** Cuts a text that is longer than there is room, in characters of about `size` pixels. */
export function shorten(text: string, room: number, size = 7): string {
  const most = Math.max(4, Math.floor(room / size));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
