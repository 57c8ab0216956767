// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../../database/store.js";
import { readDatabaseNeeds } from "../../planning/database-needs.js";
import { QUICKLY_PLANNED } from "../../planning/long-plan.js";
import { makePlan } from "../../planning/make-plan.js";
import { requireMeasured } from "../../planning/select-packages.js";
import { toPlanRequest } from "../plans.js";
import type { DebianArchitecture, NamedSystem } from "../selection.js";
import type { PlannedSystem } from "./system-page.js";

/** Whether plans for so many packages can be waited for: a site has several of each system. */
export function isPlannable(packages: number): boolean {
  return packages <= QUICKLY_PLANNED;
}

/** Why there is no plan. */
export function explainTooMany(packages: number): string {
  return `plans for more than ${QUICKLY_PLANNED} packages take minutes each (there are ${packages}); loupe plan and loupe report support make them`;
}

/** Makes the plan of each system, with the defaults of `loupe plan`. Throws UsageError where no package has verdicts. */
export async function planSystems(
  store: Store,
  systems: readonly NamedSystem[],
  architecture: DebianArchitecture,
): Promise<readonly PlannedSystem[]> {
  if (systems.length === 0) {
    return [];
  }
  const needs = await readDatabaseNeeds(store, { architecture });
  requireMeasured(needs);
  return systems.map((system) => ({
    name: system.name,
    states: system.support.states,
    plan: makePlan(toPlanRequest(system, needs)),
  }));
}
