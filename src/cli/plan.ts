// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { readManifests } from "../manifest/read-manifests.js";
import type { Manifest } from "../manifest/schema.js";
import { compareEfforts, type EffortComparison } from "../planning/compare-efforts.js";
import { readDatabaseNeeds } from "../planning/database-needs.js";
import { type CostTable, readCostFile } from "../planning/input/cost-file.js";
import { type OsSupport, readOsList } from "../planning/input/os-list.js";
import { readPackageOrder } from "../planning/input/package-order.js";
import { readPopularity, weighByPopularity } from "../planning/input/popcon.js";
import type { LineNote } from "../planning/input/text-file.js";
import { explainLongPlan } from "../planning/long-plan.js";
import { makePlan, type PlanRequest } from "../planning/make-plan.js";
import { collectNeeds, isSelected } from "../planning/manifest-needs.js";
import type { PackageNeeds } from "../planning/package-needs.js";
import type { Plan } from "../planning/plan.js";
import { requireMeasured, selectPackages } from "../planning/select-packages.js";
import { KERNEL_ARCHITECTURES } from "../reports/selection.js";
import type { Architecture } from "../tracing/syscall-table.js";
import { withDatabase } from "./db.js";
import { tellNotes } from "./line-notes.js";
import { printMessage, printResult } from "./output.js";
import { renderPlan } from "./plan-table.js";

/** The options of `loupe plan`. */
export interface PlanOptions {
  readonly os?: string;
  readonly db?: string;
  readonly packages?: string;
  readonly workload?: Manifest["workload"]["kind"];
  readonly popcon?: string;
  readonly costs?: string;
  readonly stubCost: number;
  readonly partial: "full" | "none";
  readonly unlisted: "none" | "stub";
  readonly architecture: "amd64" | "arm64";
  readonly organic?: string;
  readonly naive: boolean;
  readonly json: boolean;
}

/** What `loupe plan --json` writes, beside what the plan itself has. */
export interface PlanReport {
  readonly os: OsSupport;
  readonly plan: Plan;
  readonly comparison: EffortComparison | null;
}

function tell(notes: readonly LineNote[], what: string): void {
  tellNotes(notes, (count) => `${count} more ${what}; --json tells all`);
}

async function readAllNeeds(paths: readonly string[], options: PlanOptions): Promise<PackageNeeds> {
  const { db, workload, architecture } = options;
  const selection = { architecture, ...(workload !== undefined && { workload }) };
  if (paths.length === 0 && db !== undefined) {
    return withDatabase({ db }, "read", (store) => readDatabaseNeeds(store, selection));
  }
  const manifests = await readManifests(paths);
  const chosen = manifests.filter((manifest) => isSelected(manifest, selection));
  if (manifests.length > 0 && chosen.length === 0) {
    const what = [architecture, ...(workload === undefined ? [] : [workload])].join(" and ");
    throw new UsageError(`none of the ${manifests.length} manifests is of ${what} (--architecture, --workload)`);
  }
  return collectNeeds(chosen);
}

async function readNeeds(paths: readonly string[], options: PlanOptions): Promise<PackageNeeds> {
  const needs = await readAllNeeds(paths, options);
  const names = options.packages?.split(",").map((name) => name.trim());
  const selected = names === undefined ? needs : selectPackages(needs, names);
  requireMeasured(selected);
  return selected;
}

async function readCosts(file: string | undefined, architecture: Architecture): Promise<CostTable> {
  return file === undefined ? { costs: new Map(), unknown: [] } : readCostFile(file, architecture);
}

/**
 * `loupe plan`: which calls to implement, stub and fake next, and which packages run after each step. Returns the exit status.
 * Throws UsageError, which names file and line, for input that cannot be used.
 */
export async function planCommand(paths: readonly string[], options: PlanOptions): Promise<number> {
  if (options.os === undefined) {
    throw new UsageError("--os is missing: the file that lists the system calls of the operating system");
  }
  const architecture = KERNEL_ARCHITECTURES[options.architecture];
  const os = await readOsList(options.os, architecture);
  const { costs, unknown } = await readCosts(options.costs, architecture);
  const popularity = options.popcon === undefined ? undefined : await readPopularity(options.popcon);
  const order = options.organic === undefined ? undefined : await readPackageOrder(options.organic);
  const needs = await readNeeds(paths, options);
  tell([...os.unknown, ...unknown], "lines are about unknown calls");
  tell(os.notes, "lines are understood in another way than they are written");

  const request: PlanRequest = {
    states: os.states,
    otherwise: options.unlisted,
    partial: options.partial,
    needs,
    weigh: (measured) => (popularity === undefined ? 1 : weighByPopularity(popularity, measured)),
    costs,
    treatmentEffort: options.stubCost,
  };
  const long = explainLongPlan(needs.measured.length);
  if (long !== undefined) {
    printMessage(long);
  }
  const plan = makePlan(request);
  const comparison = order === undefined && !options.naive ? null : compareEfforts(request, order);
  const report: PlanReport = { os, plan, comparison };
  await printResult(options.json ? formatJson(report) : renderPlan(report));
  return 0;
}

/** The schema of what --json writes. */
const PLAN_SCHEMA = "loupe-plan/1";

function formatJson({ os, plan, comparison }: PlanReport): string {
  const described = {
    file: os.file,
    states: Object.fromEntries([...os.states].sort()),
    notes: os.notes,
    unknown: os.unknown,
  };
  return `${JSON.stringify({ schema: PLAN_SCHEMA, os: described, ...plan, comparison }, null, 2)}\n`;
}
