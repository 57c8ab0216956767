// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../../database/store.js";
import { readDatabaseNeeds } from "../../planning/database-needs.js";
import { makePlan } from "../../planning/make-plan.js";
import { requireMeasured } from "../../planning/select-packages.js";
import { toPlanRequest } from "../plans.js";
import type { DebianArchitecture, NamedSystem } from "../selection.js";
import type { PlannedSystem } from "./system-page.js";

/** A plan for a thousand packages takes some seconds, one for ten thousand hours. */
const MOST_PACKAGES = 1000;

/** Whether a plan for so many packages can be waited for. */
export function isPlannable(packages: number): boolean {
  return packages <= MOST_PACKAGES;
}

/** Why there is no plan. */
export function explainTooMany(packages: number): string {
  return `plans for more than ${MOST_PACKAGES} packages take too long (there are ${packages}); choose some: loupe plan --packages`;
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
