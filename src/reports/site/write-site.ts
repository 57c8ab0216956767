// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import type { Store } from "../../database/store.js";
import { WORKLOAD_KINDS, type WorkloadKind } from "../../database/tables.js";
import { UsageError } from "../../errors.js";
import { VERSION } from "../../version.js";
import type { DebianArchitecture, NamedSystem } from "../selection.js";
import { writeAssets } from "./assets.js";
import { describeFigure } from "./figure-texts.js";
import type { SectionName } from "./layout.js";
import { type KnownPages, Links } from "./links.js";
import { makePackageLists } from "./list-pages.js";
import { makeFigureList, makeOverviewPage, type Overview } from "./overview.js";
import { figurePath, systemPath } from "./paths.js";
import { explainTooMany, isPlannable, planSystems } from "./plan-systems.js";
import { formatSearchIndex } from "./search-index.js";
import { MARKER, SITE_FORMAT, SiteDirectory } from "./site-directory.js";
import { SitePages } from "./site-pages.js";
import { makeSystemList, makeSystemPage, type PlannedSystem, toPlanFigure } from "./system-page.js";
import { FEATURE_KINDS, writeFeatures } from "./write-features.js";
import { writeFigures } from "./write-figures.js";
import { writePackages } from "./write-packages.js";

/** What a site is made of, and where it goes. */
export interface SiteRequest {
  /** A new or empty directory, or one with an earlier site, which is replaced. */
  readonly directory: string;
  /** Measurements of this kind alone; default: of each. */
  readonly workload?: WorkloadKind;
  /** Whose calls the call table and plans are about. */
  readonly architecture: DebianArchitecture;
  /** Operating systems that get a page with their plan. */
  readonly systems: readonly NamedSystem[];
  /** The order in which an operating system really gained packages. */
  readonly organic?: readonly string[];
  /** YYYY-MM-DD, where the site is to bear a date. */
  readonly date?: string;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface SiteSummary {
  readonly pages: number;
  readonly packages: number;
  /** What could not be made, with the reason. */
  readonly missing: Overview["missing"];
}

/** The kinds of workload that are asked for, with how many packages were measured by them. */
async function countMeasured(store: Store, wanted?: WorkloadKind): Promise<ReadonlyMap<WorkloadKind, number>> {
  const counts = new Map<WorkloadKind, number>();
  for (const workload of WORKLOAD_KINDS.filter((kind) => wanted === undefined || wanted === kind)) {
    const packages = await store.countPackages(workload);
    // Where none came so far that features are known, outcomes can be told.
    if (packages > 0 || (await store.listMeasurements({ workload })).length > 0) {
      counts.set(workload, packages);
    }
  }
  if (counts.size === 0) {
    throw new UsageError(`${store.location}: there is no measurement by ${wanted} in it`);
  }
  return counts;
}

async function readKnown(
  store: Store,
  names: readonly string[],
  workloads: Iterable<WorkloadKind>,
): Promise<KnownPages> {
  const features = new Set<string>();
  const kinds = new Set<FeatureKind>();
  for (const workload of workloads) {
    for (const { kind, name } of await store.readImportance(workload)) {
      features.add(`${kind} ${name}`);
      kinds.add(kind);
    }
  }
  return { packages: new Set(names), kinds, hasFeature: (kind, name) => features.has(`${kind} ${name}`) };
}

async function writeSystems(systems: readonly PlannedSystem[], pages: SitePages): Promise<void> {
  if (systems.length === 0) {
    return;
  }
  const links = new Links(pages.known, "../");
  for (const system of systems) {
    await pages.writeFigure(systemPath(system.name), toPlanFigure(system));
    await pages.write(makeSystemPage(system, links));
  }
  await pages.write(makeSystemList(systems, links));
}

async function writeSearch({ packages, users, systems, figures }: Overview, directory: SiteDirectory): Promise<void> {
  const index = formatSearchIndex({
    features: new Map(FEATURE_KINDS.map((kind) => [kind, users.list(kind).map(({ name }) => name)])),
    packages: packages.map(({ name }) => name),
    systems: systems.map(({ name }) => ({ title: name, path: systemPath(name) })),
    figures: figures.map(({ figure, workload }) => ({
      title: `${describeFigure(figure.name).title}, by ${workload}`,
      path: figurePath(workload, figure.name),
    })),
  });
  await directory.write("assets/search-index.js", index);
}

async function writeAll(store: Store, request: SiteRequest, directory: SiteDirectory): Promise<SiteSummary> {
  const names = await store.listPackages();
  if (names.length === 0) {
    throw new UsageError(
      `${store.location}: there is no measurement in it yet; "loupe db merge" or "loupe batch run" adds some`,
    );
  }
  const { date, architecture, organic, signal } = request;
  const measured = await countMeasured(store, request.workload);
  const planned = isPlannable(names.length) ? request.systems : [];
  const systems = await planSystems(store, planned, architecture);
  const sections: SectionName[] = ["overview", "figures", "calls", "packages"];
  const shell = { version: VERSION, date, sections: systems.length > 0 ? [...sections, "systems" as const] : sections };
  const known = await readKnown(store, names, measured.keys());
  const pages = new SitePages(directory, shell, known, signal);

  const gathered = await writePackages(store, names, [...measured.keys()], pages);
  const selection = {
    architecture,
    ...(planned.length > 0 && { systems: planned }),
    ...(organic !== undefined && { organic }),
  };
  const { figures, missing } = await writeFigures({ store, measured, gathered, selection }, pages);
  const [workload = "suite"] = [...measured].filter(([, count]) => count > 0).map(([kind]) => kind);
  const overview: Overview = { ...gathered, measured, figures, missing, systems, workload };
  await writeFeatures(overview, pages);
  await writeSystems(systems, pages);
  await pages.write(makeOverviewPage(overview));
  await pages.write(makeFigureList(overview));
  for (const page of makePackageLists(gathered.packages, known)) {
    await pages.write(page);
  }
  await writeSearch(overview, directory);
  await writeAssets(directory);
  await directory.write(MARKER, `{"format":"${SITE_FORMAT}","tool":"loupe ${VERSION}"}\n`);
  const left = request.systems.length > planned.length ? [["systems", explainTooMany(names.length)] as const] : [];
  return { pages: pages.count, packages: names.length, missing: [...left, ...missing] };
}

/**
 * Writes a static HTML site of all that a usage database says. The same database gives the same bytes. Throws UsageError for an empty
 * database or a directory that is not ours to replace, EnvironmentError where the site cannot be written, and InterruptedError; what was there
 * is there still then.
 */
export async function writeSite(store: Store, request: SiteRequest): Promise<SiteSummary> {
  const directory = await SiteDirectory.create(request.directory);
  try {
    const summary = await writeAll(store, request, directory);
    await directory.publish();
    return summary;
  } catch (cause) {
    await directory.discard();
    throw directory.explain(cause);
  }
}
