// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { makeComparison } from "./comparison.js";
import { makeDrift } from "./drift.js";
import type { Figure, FigureStream } from "./figure.js";
import type { FigureName } from "./figure-names.js";
import { makeHeatMap } from "./heat-map.js";
import { makeImpact } from "./impact.js";
import { makeImportance } from "./importance.js";
import { makeLibc } from "./libc.js";
import { makeOutcomes } from "./outcomes.js";
import { makePseudoFiles } from "./pseudo-files.js";
import { makeReasons, streamReasons } from "./reasons.js";
import { makeReturns } from "./returns.js";
import { makeSavings } from "./savings.js";
import type { FigureSelection } from "./selection.js";
import { makeSubFeatures } from "./sub-features.js";
import { makeSupport } from "./support.js";
import { makeVersions } from "./versions.js";

type MakeFigure = (store: Store, selection: FigureSelection) => Promise<Figure>;

/** The importance is one of all packages, whatever is selected. */
const FIGURES: Readonly<Record<FigureName, MakeFigure>> = {
  importance: (store, { workload }) => makeImportance(store, workload),
  comparison: makeComparison,
  "heat-map": makeHeatMap,
  "sub-features": makeSubFeatures,
  "pseudo-files": makePseudoFiles,
  impact: makeImpact,
  support: makeSupport,
  savings: makeSavings,
  returns: makeReturns,
  libc: makeLibc,
  versions: makeVersions,
  drift: makeDrift,
  outcomes: makeOutcomes,
  reasons: makeReasons,
};

/** Makes a figure from what a usage database holds. */
export async function makeFigure(name: FigureName, store: Store, selection: FigureSelection): Promise<Figure> {
  return FIGURES[name](store, selection);
}

/** The same row by row, for figures with so many rows that this matters; undefined for others. */
export function streamFigure(name: FigureName, store: Store, selection: FigureSelection): FigureStream | undefined {
  return name === "reasons" ? streamReasons(store, selection) : undefined;
}
