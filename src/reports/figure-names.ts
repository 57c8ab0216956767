// SPDX-License-Identifier: GPL-3.0-or-later

/** The names of all figures; apart from the figures, because the command line needs no more of them to begin with. */
export const FIGURE_NAMES = [
  "importance",
  "comparison",
  "heat-map",
  "sub-features",
  "pseudo-files",
  "impact",
  "support",
  "savings",
  "returns",
  "libc",
  "versions",
  "drift",
  "outcomes",
  "reasons",
] as const;

export type FigureName = (typeof FIGURE_NAMES)[number];
