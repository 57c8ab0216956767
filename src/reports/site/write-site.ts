// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeatureKind } from "../../analysis/feature.js";
import type { Store } from "../../database/store.js";
import { WORKLOAD_KINDS, type WorkloadKind } from "../../database/tables.js";
import { InterruptedError, UsageError } from "../../errors.js";
import { VERSION } from "../../version.js";
import type { Figure } from "../figure.js";
import { FIGURE_NAMES, type FigureName } from "../figure-names.js";
import { explainNothing } from "../figure-options.js";
import { makeFigure } from "../figures.js";
import { describeReasons, listReasons } from "../reasons.js";
import type { DebianArchitecture, FigureSelection, NamedSystem } from "../selection.js";
import { writeAssets } from "./assets.js";
import { listUserRows, makeFeaturePage, USER_COLUMNS } from "./feature-page.js";
import { FeatureUsers, type UsedFeature } from "./feature-users.js";
import { FigureFiles } from "./figure-files.js";
import { makeFigurePage, type ShownFigure } from "./figure-page.js";
import { describeFigure } from "./figure-texts.js";
import { type Page, renderPage, type SiteShell } from "./layout.js";
import { type KnownPages, Links } from "./links.js";
import { makeFeatureList, makePackageLists } from "./list-pages.js";
import { makeFigureList, makeOverviewPage, type Overview } from "./overview.js";
import { makePackagePage } from "./package-page.js";
import { type PackageSummary, summarizePackage } from "./package-summary.js";
import { viewPackage } from "./package-view.js";
import { featurePath, figurePath, rootOf, systemPath } from "./paths.js";
import { planSystems } from "./plan-systems.js";
import { formatSearchIndex } from "./search-index.js";
import { MARKER, SITE_FORMAT, SiteDirectory } from "./site-directory.js";
import { makeSystemList, makeSystemPage, type PlannedSystem, toPlanFigure } from "./system-page.js";

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
  /** Figures that could not be made, with the reason. */
  readonly missing: Overview["missing"];
}

/** What is made in memory by the loop over all packages. */
interface Gathered {
  readonly packages: readonly PackageSummary[];
  readonly users: FeatureUsers;
  readonly reasons: readonly ShownFigure[];
}

const FEATURE_KINDS: readonly FeatureKind[] = ["syscall", "sub-feature", "pseudo-file"];

class SiteWriter {
  #pages = 0;
  #shell: SiteShell;
  #known: KnownPages = { packages: new Set(), kinds: new Set(), hasFeature: () => false };

  constructor(
    private readonly store: Store,
    private readonly request: SiteRequest,
    private readonly directory: SiteDirectory,
  ) {
    const { date, systems } = request;
    this.#shell = {
      version: VERSION,
      date,
      sections: ["overview", "figures", "calls", "packages", ...(systems.length > 0 ? (["systems"] as const) : [])],
    };
  }

  async write(): Promise<SiteSummary> {
    const names = await this.store.listPackages();
    if (names.length === 0) {
      throw new UsageError(
        `${this.store.location}: there is no measurement in it yet; "loupe db merge" or "loupe batch run" adds some`,
      );
    }
    const measured = await this.#countMeasured();
    const workloads = [...measured.keys()];
    // Before the pages of packages: whether features that are linked have pages is known from the figures' side of the database.
    this.#known = await this.#readKnown(names, workloads);
    const systems = await planSystems(this.store, this.request.systems, this.request.architecture);
    const { packages, users, reasons } = await this.#writePackages(names, workloads);
    const { figures, missing } = await this.#writeFigures(workloads, reasons);
    const [workload = "suite"] = [...measured].filter(([, count]) => count > 0).map(([kind]) => kind);
    const overview: Overview = { packages, measured, users, figures, missing, systems, workload };
    await this.#writeFeatures(overview);
    await this.#writeSystems(systems);
    await this.#writePage(makeOverviewPage(overview));
    await this.#writePage(makeFigureList(overview));
    for (const page of makePackageLists(packages, this.#known)) {
      await this.#writePage(page);
    }
    await this.#writeSearch(overview);
    await writeAssets(this.directory);
    await this.directory.write(MARKER, `{"format":"${SITE_FORMAT}","tool":"loupe ${VERSION}"}\n`);
    return { pages: this.#pages, packages: names.length, missing };
  }

  /** The kinds of workload that are asked for, with how many packages were measured by them. */
  async #countMeasured(): Promise<ReadonlyMap<WorkloadKind, number>> {
    const counts = new Map<WorkloadKind, number>();
    for (const workload of WORKLOAD_KINDS) {
      if (this.request.workload === undefined || this.request.workload === workload) {
        const { length } = await this.store.listMeasurements({ workload });
        if (length > 0) {
          counts.set(workload, await this.store.countPackages(workload));
        }
      }
    }
    if (counts.size === 0) {
      throw new UsageError(`${this.store.location}: there is no measurement by ${this.request.workload} in it`);
    }
    return counts;
  }

  async #readKnown(names: readonly string[], workloads: readonly WorkloadKind[]): Promise<KnownPages> {
    const features = new Set<string>();
    const kinds = new Set<FeatureKind>();
    for (const workload of workloads) {
      for (const { kind, name } of await this.store.readImportance(workload)) {
        features.add(`${kind} ${name}`);
        kinds.add(kind);
      }
    }
    return { packages: new Set(names), kinds, hasFeature: (kind, name) => features.has(`${kind} ${name}`) };
  }

  async #writePage(page: Page): Promise<void> {
    this.#pages++;
    await this.directory.write(page.path, renderPage(this.#shell, page));
  }

  /** One look at everything that is known of each package: its page, and what pages of features and lists need of it. */
  async #writePackages(names: readonly string[], workloads: readonly WorkloadKind[]): Promise<Gathered> {
    const packages: PackageSummary[] = [];
    const users = new FeatureUsers();
    const reasons = new Map<WorkloadKind, FigureFiles>();
    const links = new Links(this.#known, "../../");
    for await (const details of this.store.eachDetailed(names)) {
      this.#requireNoInterrupt();
      const view = viewPackage(details);
      await this.#writePage(makePackagePage(view, links));
      for (const workload of workloads) {
        users.add(view, packages.length, workload);
      }
      for (const measured of details.measurements.filter(({ workload }) => workloads.includes(workload))) {
        const rows = listReasons(measured, measured.features);
        if (rows.length > 0) {
          await (await this.#openReasons(reasons, measured.workload)).add(rows);
        }
      }
      packages.push(summarizePackage(view));
    }
    const shown: ShownFigure[] = [];
    for (const [workload, files] of reasons) {
      shown.push(await files.close(workload));
    }
    return { packages, users, reasons: shown };
  }

  async #openReasons(open: Map<WorkloadKind, FigureFiles>, workload: WorkloadKind): Promise<FigureFiles> {
    const files =
      open.get(workload) ??
      (await FigureFiles.open(this.directory, figurePath(workload, "reasons"), describeReasons(workload)));
    open.set(workload, files);
    return files;
  }

  async #writeFigures(
    workloads: readonly WorkloadKind[],
    reasons: readonly ShownFigure[],
  ): Promise<{ figures: readonly ShownFigure[]; missing: Overview["missing"] }> {
    const figures: ShownFigure[] = [];
    const missing: (readonly [string, string])[] = [];
    for (const name of FIGURE_NAMES) {
      let reason = explainNothing(name, { workload: workloads[0] ?? "suite" });
      const found: ShownFigure[] = name === "reasons" ? [...reasons] : [];
      for (const workload of name === "reasons" ? [] : workloads) {
        this.#requireNoInterrupt();
        const figure = await this.#makeFigure(name, workload);
        if (typeof figure === "string") {
          reason = figure;
        } else if (figure.rows.length > 0) {
          const files = await FigureFiles.open(this.directory, figurePath(workload, name), figure);
          await files.add(figure.rows);
          await files.close(workload);
          found.push({ figure, rows: figure.rows.length, workload });
        }
      }
      for (const shown of found) {
        await this.#writePage(
          makeFigurePage(
            shown,
            found.map(({ workload }) => workload),
            this.#known,
          ),
        );
      }
      if (found.length === 0) {
        missing.push([name, reason]);
      }
      figures.push(...found);
    }
    return { figures, missing };
  }

  /** The figure, or why it cannot be made. */
  async #makeFigure(name: FigureName, workload: WorkloadKind): Promise<Figure | string> {
    const { systems, organic, architecture } = this.request;
    const selection: FigureSelection = {
      ...{ workload, architecture },
      ...(systems.length > 0 && { systems }),
      ...(organic !== undefined && { organic }),
    };
    try {
      return await makeFigure(name, this.store, selection);
    } catch (cause) {
      if (cause instanceof UsageError) {
        return cause.message;
      }
      throw cause;
    }
  }

  async #writeFeatures({ packages, measured, users, workload }: Overview): Promise<void> {
    const context = { packages, measured };
    for (const kind of FEATURE_KINDS) {
      const features = users.list(kind);
      for (const feature of features) {
        this.#requireNoInterrupt();
        const path = featurePath(kind, feature.name);
        const title = `Packages that use ${feature.name}`;
        const files = await FigureFiles.open(this.directory, path, { name: "users", title, columns: USER_COLUMNS });
        await files.add(listUserRows(feature, packages));
        await files.close(workload);
        const links = new Links(this.#known, rootOf(path));
        await this.#writePage(makeFeaturePage(feature, listRelated(feature, users), context, links));
      }
      if (features.length > 0 || kind === "syscall") {
        await this.#writePage(makeFeatureList(kind, features, [workload, measured.get(workload) ?? 0], this.#known));
      }
    }
  }

  async #writeSystems(systems: readonly PlannedSystem[]): Promise<void> {
    if (systems.length === 0) {
      return;
    }
    const links = new Links(this.#known, "../");
    for (const system of systems) {
      const path = systemPath(system.name);
      const figure = toPlanFigure(system);
      const files = await FigureFiles.open(this.directory, path, figure);
      await files.add(figure.rows);
      await files.close("");
      await this.#writePage(makeSystemPage(system, links));
    }
    await this.#writePage(makeSystemList(systems, links));
  }

  async #writeSearch({ packages, users, systems, figures }: Overview): Promise<void> {
    const index = formatSearchIndex({
      features: new Map(FEATURE_KINDS.map((kind) => [kind, users.list(kind).map(({ name }) => name)])),
      packages: packages.map(({ name }) => name),
      systems: systems.map(({ name }) => ({ title: name, path: systemPath(name) })),
      figures: figures.map(({ figure, workload }) => ({
        title: `${describeFigure(figure.name).title}, by ${workload}`,
        path: figurePath(workload, figure.name),
      })),
    });
    await this.directory.write("assets/search-index.js", index);
  }

  #requireNoInterrupt(): void {
    if (this.request.signal.aborted) {
      throw new InterruptedError(`interrupted; ${this.request.directory} is as it was`);
    }
  }
}

/** The functions of a call, or the call of a function. */
function listRelated({ kind, name }: UsedFeature, users: FeatureUsers): readonly UsedFeature[] {
  if (kind === "syscall") {
    return users.list("sub-feature").filter((feature) => feature.name.startsWith(`${name}:`));
  }
  const call = kind === "sub-feature" ? name.split(":")[0] : undefined;
  return users.list("syscall").filter((feature) => feature.name === call);
}

/**
 * Writes a static HTML site of all that a usage database says. The same database gives the same bytes. Throws UsageError for an empty
 * database or a directory that is not ours to replace, and EnvironmentError where the site cannot be written; what was there is
 * there still then.
 */
export async function writeSite(store: Store, request: SiteRequest): Promise<SiteSummary> {
  const directory = await SiteDirectory.create(request.directory);
  try {
    const summary = await new SiteWriter(store, request, directory).write();
    await directory.publish();
    return summary;
  } catch (cause) {
    await directory.discard();
    throw directory.explain(cause);
  }
}
