// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../../database/store.js";
import type { WorkloadKind } from "../../database/tables.js";
import { UsageError } from "../../errors.js";
import type { Figure } from "../figure.js";
import { FIGURE_NAMES, type FigureName } from "../figure-names.js";
import { explainNothing } from "../figure-options.js";
import { makeFigure } from "../figures.js";
import type { FigureSelection } from "../selection.js";
import { makeFigurePage, type ShownFigure } from "./figure-page.js";
import { figurePath } from "./paths.js";
import { explainTooMany, isPlannable } from "./plan-systems.js";
import type { SitePages } from "./site-pages.js";
import type { Gathered } from "./write-packages.js";

/** Figures, and why some are not there. */
export interface WrittenFigures {
  readonly figures: readonly ShownFigure[];
  readonly missing: readonly (readonly [name: string, reason: string])[];
}

/** What figures are made from. */
export interface FigureSources {
  readonly store: Store;
  /** How many packages were measured by each kind of workload. */
  readonly measured: ReadonlyMap<WorkloadKind, number>;
  readonly gathered: Gathered;
  readonly selection: Omit<FigureSelection, "workload" | "packages">;
}

const PLANNED: ReadonlySet<FigureName> = new Set<FigureName>(["support", "savings"]);

/** The figure, or a sentence that says why there is none. */
async function tryFigure(name: FigureName, workload: WorkloadKind, sources: FigureSources): Promise<Figure | string> {
  const { store, measured, gathered, selection } = sources;
  const packages = measured.get(workload) ?? 0;
  if (PLANNED.has(name) && !isPlannable(packages)) {
    return explainTooMany(packages);
  }
  const gatheredFigure = name === "comparison" ? gathered.comparisons.get(workload) : undefined;
  try {
    const figure = gatheredFigure ?? (await makeFigure(name, store, { ...selection, workload }));
    return figure.rows.length > 0 ? figure : explainNothing(name, { workload });
  } catch (cause) {
    if (cause instanceof UsageError) {
      return cause.message;
    }
    throw cause;
  }
}

/** Writes the pages and downloads of all figures that can be made, for each kind of workload. */
export async function writeFigures(sources: FigureSources, pages: SitePages): Promise<WrittenFigures> {
  const figures: ShownFigure[] = [];
  const missing: (readonly [string, string])[] = [];
  for (const name of FIGURE_NAMES) {
    const found: ShownFigure[] = name === "reasons" ? [...sources.gathered.reasons] : [];
    let reason: string | undefined;
    for (const workload of name === "reasons" ? [] : sources.measured.keys()) {
      const figure = await tryFigure(name, workload, sources);
      if (typeof figure === "string") {
        reason ??= figure;
      } else {
        await pages.writeFigure(figurePath(workload, name), figure);
        found.push({ figure, rows: figure.rows.length, workload });
      }
    }
    const workloads = found.map(({ workload }) => workload);
    for (const shown of found) {
      await pages.write(makeFigurePage(shown, workloads, pages.known));
    }
    if (found.length === 0) {
      missing.push([name, reason ?? explainNothing(name, { workload: "suite" })]);
    }
    figures.push(...found);
  }
  return { figures, missing };
}
