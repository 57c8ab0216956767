// SPDX-License-Identifier: GPL-3.0-or-later
import { distance } from "fastest-levenshtein";
import type { FeatureImportance } from "../database/importance.js";
import type { PackageUsage } from "../database/queries.js";
import type { Store } from "../database/store.js";
import { WORKLOAD_KINDS, type WorkloadKind } from "../database/tables.js";
import { UsageError } from "../errors.js";
import { type DatabaseOptions, withDatabase } from "./db.js";
import { printMessage, printResult } from "./output.js";
import { renderImportanceTable, renderUsageTables } from "./usage-table.js";

/** The options of `loupe usage`. */
export interface UsageOptions extends DatabaseOptions {
  readonly all: boolean;
  readonly json: boolean;
  readonly workload?: WorkloadKind;
  readonly packageVersion?: string;
  readonly architecture?: string;
}

const NOT_FOUND_STATUS = 2;

function requireSelection(packages: readonly string[], { all, packageVersion, architecture }: UsageOptions): void {
  if (all === packages.length > 0) {
    throw new UsageError(all ? "name packages, or give --all, not both" : "which packages? name them, or give --all");
  }
  if (all && (packageVersion ?? architecture) !== undefined) {
    throw new UsageError(
      "--all takes the newest versions of all architectures: it goes without --package-version and --architecture",
    );
  }
}

async function explainMissing(store: Store, name: string, options: UsageOptions): Promise<string> {
  const measured = await store.listMeasurements({ package: name });
  const [first] = measured;
  if (first === undefined) {
    const near = (await store.listPackages()).find((other) => distance(other, name) <= Math.max(2, name.length / 4));
    return `${name}: not measured; nothing is known about it${near === undefined ? "" : ` (did you mean ${near}?)`}`;
  }
  const narrow = [options.workload, options.packageVersion, options.architecture].filter(
    (value) => value !== undefined,
  );
  const outcomes = [...new Set(measured.map(({ outcome }) => outcome))].sort().join(", ");
  const what = `${measured.length} measurement${measured.length === 1 ? "" : "s"} of it (outcome: ${outcomes})`;
  return narrow.length > 0
    ? `${name}: none of the ${what} has features for ${narrow.join(" ")}`
    : `${name}: no features are known from the ${what}${first.reason === null ? "" : `: ${first.reason.split("\n")[0]}`}`;
}

async function showPackages(store: Store, packages: readonly string[], options: UsageOptions): Promise<number> {
  const { workload, packageVersion: version, architecture, json } = options;
  const usage: readonly PackageUsage[] = await store.readPackages({
    packages,
    ...(workload && { workload }),
    ...(version !== undefined && { version }),
    ...(architecture !== undefined && { architecture }),
  });
  const missing = packages.filter((name) => !usage.some((found) => found.package === name));
  for (const name of missing) {
    printMessage(await explainMissing(store, name, options));
  }
  if (json) {
    await printResult(`${JSON.stringify({ packages: usage }, null, 2)}\n`);
  } else if (usage.length > 0) {
    await printResult(renderUsageTables(usage));
  }
  return missing.length > 0 ? NOT_FOUND_STATUS : 0;
}

interface WorkloadImportance {
  readonly workload: WorkloadKind;
  readonly packages: number;
  readonly features: readonly FeatureImportance[];
}

async function showAll(store: Store, { workload, json }: UsageOptions): Promise<number> {
  const found: WorkloadImportance[] = [];
  for (const kind of workload === undefined ? WORKLOAD_KINDS : [workload]) {
    const packages = await store.countPackages(kind);
    if (packages > 0) {
      found.push({ workload: kind, packages, features: await store.readImportance(kind) });
    }
  }
  if (found.length === 0) {
    throw new UsageError(
      `${store.location}: no package was measured${workload === undefined ? "" : ` by a ${workload}`}`,
    );
  }
  const tables = found.map(({ workload: kind, packages, features }) => renderImportanceTable(kind, packages, features));
  await printResult(json ? `${JSON.stringify({ workloads: found }, null, 2)}\n` : tables.join("\n"));
  return 0;
}

/**
 * `loupe usage`: which features packages need, or how many packages need each feature. Returns the exit status: 2 where a package is
 * not known, which is said; what is known of the others is shown.
 */
export async function usageCommand(packages: readonly string[], options: UsageOptions): Promise<number> {
  requireSelection(packages, options);
  return withDatabase(options, "read", (store) =>
    options.all ? showAll(store, options) : showPackages(store, packages, options),
  );
}
