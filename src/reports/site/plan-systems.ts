// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../../database/store.js";
import { readDatabaseNeeds } from "../../planning/database-needs.js";
import { DEFAULT_TREATMENT_EFFORT } from "../../planning/effort.js";
import type { OsSupport } from "../../planning/input/os-list.js";
import { makePlan } from "../../planning/make-plan.js";
import { requireMeasured } from "../../planning/select-packages.js";
import type { PlannedSystem } from "./system-page.js";

/** An operating system that the site has a page of. */
export interface ReportedSystem {
  readonly name: string;
  readonly support: OsSupport;
}

/** Makes the plan of each system, with the defaults of `loupe plan`. Throws UsageError where no package has verdicts. */
export async function planSystems(store: Store, systems: readonly ReportedSystem[]): Promise<readonly PlannedSystem[]> {
  if (systems.length === 0) {
    return [];
  }
  const needs = await readDatabaseNeeds(store, { architecture: "amd64" });
  requireMeasured(needs);
  return systems.map(({ name, support }) => ({
    name,
    states: support.states,
    plan: makePlan({
      ...{ states: support.states, otherwise: "none", partial: "full", needs, weigh: () => 1 },
      ...{ costs: new Map(), treatmentEffort: DEFAULT_TREATMENT_EFFORT },
    }),
  }));
}
