// SPDX-License-Identifier: GPL-3.0-or-later

import type { Store } from "../database/store.js";
import { UsageError } from "../errors.js";
import { readDatabaseNeeds } from "../planning/database-needs.js";
import { DEFAULT_TREATMENT_EFFORT } from "../planning/effort.js";
import type { PlanRequest } from "../planning/make-plan.js";
import type { PackageNeeds } from "../planning/package-needs.js";
import { requireMeasured, selectPackages } from "../planning/select-packages.js";
import { DEFAULT_ARCHITECTURE, type FigureSelection, type NamedSystem } from "./selection.js";

/** A system that has no call yet. */
export const FROM_NOTHING: NamedSystem = {
  name: "nothing",
  support: { file: "", states: new Map(), notes: [], unknown: [] },
};

/** What the chosen packages need. Throws UsageError where there is none with verdicts. */
export async function readChosenNeeds(store: Store, selection: FigureSelection): Promise<PackageNeeds> {
  const { workload, packages, architecture = DEFAULT_ARCHITECTURE } = selection;
  const needs = await readDatabaseNeeds(store, {
    ...{ workload, architecture },
    ...(packages !== undefined && { packages }),
  });
  const chosen = packages === undefined ? needs : selectPackages(needs, packages);
  if (chosen.measured.length + chosen.unmeasured.length === 0) {
    throw new UsageError(`${store.location}: there is no package in it yet`);
  }
  requireMeasured(chosen);
  return chosen;
}

/** The plan of `loupe plan` with its defaults: every package and every call counts the same. */
export function toPlanRequest({ support }: NamedSystem, needs: PackageNeeds): PlanRequest {
  return {
    states: support.states,
    otherwise: "none",
    partial: "full",
    needs,
    weigh: () => 1,
    costs: new Map(),
    treatmentEffort: DEFAULT_TREATMENT_EFFORT,
  };
}
