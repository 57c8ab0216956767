// SPDX-License-Identifier: GPL-3.0-or-later
// The only place of the planner that knows the usage database.
import { compareText } from "../compare-text.js";
import type { MeasurementSummary, PackageUsage } from "../database/queries.js";
import type { Store } from "../database/store.js";
import type { MeasurementSelection } from "./manifest-needs.js";
import { combineNeeds, type Need } from "./need.js";
import type { MeasuredPackage, PackageNeeds } from "./package-needs.js";

/** A call that was seen in one measurement and judged in none may be needed. */
const NOT_JUDGED: Need = "required";

function isJudged({ features }: PackageUsage): boolean {
  return features.some(({ verdict }) => verdict !== null);
}

function addUsage(needs: Map<string, Need>, { features }: PackageUsage): void {
  for (const { name, verdict } of features) {
    const need = verdict ?? NOT_JUDGED;
    const known = needs.get(name);
    needs.set(name, known === undefined ? need : combineNeeds(known, need));
  }
}

/** Which measurements of a database. */
export interface DatabaseSelection extends MeasurementSelection {
  /** Default: all. Of a whole distribution, reading few packages takes a fraction of the time and memory. */
  readonly packages?: readonly string[];
}

async function readMeasured(
  store: Store,
  { workload, architecture, packages }: DatabaseSelection,
): Promise<ReadonlyMap<string, Map<string, Need>>> {
  const found = new Map<string, Map<string, Need>>();
  const filter = { kinds: ["syscall" as const], ...(workload !== undefined && { workload }) };
  const usages = packages === undefined ? store.eachPackage(filter) : await store.readPackages({ ...filter, packages });
  for await (const usage of usages) {
    // A program that is no Debian package has no architecture.
    if (!isJudged(usage) || (usage.architecture !== "" && usage.architecture !== architecture)) {
      continue;
    }
    const needs = found.get(usage.package) ?? new Map<string, Need>();
    found.set(usage.package, needs);
    addUsage(needs, usage);
  }
  return found;
}

/** Why a measurement says nothing about what a package needs here. */
function explain({ outcome, architecture, workload }: MeasurementSummary): string {
  switch (outcome) {
    case "analyzed":
      return `measured elsewhere: ${architecture === "" ? workload : `${workload} on ${architecture}`}`;
    case "observed":
      return "observed only, without verdicts";
    default:
      return outcome;
  }
}

/**
 * Reads the needs of packages of a usage database: those of the newest version of each package, of all its measurements
 * together. A package without verdicts is unmeasured, with the outcomes of its measurements as the reason.
 */
export async function readDatabaseNeeds(store: Store, selection: DatabaseSelection): Promise<PackageNeeds> {
  const found = await readMeasured(store, selection);
  const binaries = await store.listBinaries();
  const outcomes = new Map<string, Set<string>>();
  const chosen = selection.packages === undefined ? undefined : new Set(selection.packages);
  const measurements = await store.listMeasurements();
  for (const measurement of measurements.filter(({ package: name }) => chosen?.has(name) ?? true)) {
    const reasons = outcomes.get(measurement.package) ?? new Set();
    outcomes.set(measurement.package, reasons.add(explain(measurement)));
  }
  const measured = [...found].map(
    ([name, needs]): MeasuredPackage => ({ name, binaries: binaries.get(name) ?? [], needs }),
  );
  const unmeasured = [...outcomes]
    .filter(([name]) => !found.has(name))
    .map(([name, reasons]) => ({ name, reason: [...reasons].sort(compareText).join(", ") }));
  const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
    compareText(left.name, right.name);
  return { measured: measured.sort(byName), unmeasured: unmeasured.sort(byName) };
}
