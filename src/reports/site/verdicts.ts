// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../../analysis/feature.js";
import { Html, html } from "./html.js";
import { formatShare } from "./numbers.js";

/** From what costs most to what costs least; unknown: only observed. */
export const VERDICTS = ["required", "stub", "fake", "any"] as const satisfies readonly Verdict[];

/** How many uses have which verdict. */
export interface VerdictCounts {
  readonly required: number;
  readonly stub: number;
  readonly fake: number;
  readonly any: number;
  readonly unknown: number;
}

/** What a verdict means, in a few words. */
export const VERDICT_MEANINGS: Readonly<Record<keyof VerdictCounts, string>> = {
  required: "has to be implemented",
  stub: "can be refused (ENOSYS)",
  fake: "can be faked: success without an effect",
  any: "can be refused or faked",
  unknown: "only observed",
};

/** Those that are there, in a fixed order. */
export const ALL_VERDICTS: readonly (keyof VerdictCounts)[] = [...VERDICTS, "unknown"];

export function countVerdicts(features: Iterable<{ readonly verdict: Verdict | null }>): VerdictCounts {
  const counts = { required: 0, stub: 0, fake: 0, any: 0, unknown: 0 };
  for (const { verdict } of features) {
    counts[verdict ?? "unknown"]++;
  }
  return counts;
}

export function sumVerdicts({ required, stub, fake, any, unknown }: VerdictCounts): number {
  return required + stub + fake + any + unknown;
}

/** A cell with a verdict: its colour and its sign come from the style sheet, its name is there for everybody. */
export function verdictCell(verdict: Verdict | null): Html {
  return new Html(verdict === null ? '<td class="v unknown">observed' : `<td class="v ${verdict}">${verdict}`);
}

/** A bar of 100 parts, without words: what it shows has to stand beside it. */
export function verdictBar(counts: VerdictCounts): Html {
  const total = sumVerdicts(counts);
  let x = 0;
  const parts = ALL_VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => {
    const width = Math.round((10_000 * counts[verdict]) / total) / 100;
    const part = `<rect class="f-${verdict}" x="${+x.toFixed(2)}" width="${width}" height="8"/>`;
    x += width;
    return part;
  });
  return new Html(
    `<svg class="shares" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts.join("")}</svg>`,
  );
}

/** The bar with a list of its parts. */
export function verdictSummary(counts: VerdictCounts, total = sumVerdicts(counts)): Html {
  const parts = ALL_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) =>
      html`<li><span class="v ${verdict}">${verdict === "unknown" ? "observed" : verdict}</span> <b>${counts[verdict]}</b> <span class="share">${formatShare(counts[verdict], total)}</span> <span class="meaning">${VERDICT_MEANINGS[verdict]}</span></li>`,
  );
  return html`<div class="verdicts">${verdictBar(counts)}<ul>${parts}</ul></div>`;
}
