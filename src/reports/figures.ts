// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import { makeComparison } from "./comparison.js";
import type { Figure } from "./figure.js";
import type { FigureName } from "./figure-names.js";
import { makeImportance } from "./importance.js";
import { makeOutcomes } from "./outcomes.js";
import { makeReasons } from "./reasons.js";
import type { FigureSelection } from "./selection.js";

type MakeFigure = (store: Store, selection: FigureSelection) => Promise<Figure>;

/** The importance is one of all packages, whatever is selected. */
const FIGURES: Readonly<Record<FigureName, MakeFigure>> = {
  importance: (store, { workload }) => makeImportance(store, workload),
  comparison: makeComparison,
  outcomes: makeOutcomes,
  reasons: makeReasons,
};

/** Makes a figure from what a usage database holds. */
export async function makeFigure(name: FigureName, store: Store, selection: FigureSelection): Promise<Figure> {
  return FIGURES[name](store, selection);
}
