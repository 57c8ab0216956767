// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";
import { readManifests } from "../manifest/read-manifests.js";
import type { Manifest } from "../manifest/schema.js";
import { compareEfforts, type EffortComparison } from "../planning/compare-efforts.js";
import { type CostTable, readCostFile } from "../planning/input/cost-file.js";
import { type OsSupport, readOsList } from "../planning/input/os-list.js";
import { readPackageOrder } from "../planning/input/package-order.js";
import { readPopularity, weighByPopularity } from "../planning/input/popcon.js";
import type { LineNote } from "../planning/input/text-file.js";
import { makePlan, type PlanRequest } from "../planning/make-plan.js";
import { collectNeeds } from "../planning/manifest-needs.js";
import type { PackageNeeds } from "../planning/package-needs.js";
import type { Plan } from "../planning/plan.js";
import { requireMeasured, selectPackages } from "../planning/select-packages.js";
import type { Architecture } from "../tracing/syscall-table.js";
import { printMessage, printResult } from "./output.js";
import { renderPlan } from "./plan-table.js";

/** The options of `loupe plan`. */
export interface PlanOptions {
  readonly os?: string;
  readonly packages?: string;
  readonly workload?: Manifest["workload"]["kind"];
  readonly popcon?: string;
  readonly costs?: string;
  readonly stubCost: number;
  readonly partial: "full" | "none";
  readonly unlisted: "none" | "stub";
  readonly arch: Architecture;
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

/** More notes than this are only counted on standard error; --json has all of them. */
const MOST_NOTES = 20;

function tell(notes: readonly LineNote[], what: string): void {
  for (const { file, line, message } of notes.slice(0, MOST_NOTES)) {
    printMessage(`${file}:${line}: ${message}`);
  }
  if (notes.length > MOST_NOTES) {
    printMessage(`${notes.length - MOST_NOTES} more ${what}; --json tells all`);
  }
}

async function readNeeds(paths: readonly string[], { workload, packages }: PlanOptions): Promise<PackageNeeds> {
  const manifests = await readManifests(paths);
  const chosen = manifests.filter((manifest) => workload === undefined || manifest.workload.kind === workload);
  if (manifests.length > 0 && chosen.length === 0) {
    throw new UsageError(`--workload ${workload}: none of the ${manifests.length} manifests is of such a workload`);
  }
  const needs = collectNeeds(chosen);
  const selected =
    packages === undefined
      ? needs
      : selectPackages(
          needs,
          packages.split(",").map((name) => name.trim()),
        );
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
  const os = await readOsList(options.os, options.arch);
  const { costs, unknown } = await readCosts(options.costs, options.arch);
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
