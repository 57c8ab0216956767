// SPDX-License-Identifier: GPL-3.0-or-later
import type { PackageDetails } from "../../database/package-details.js";
import type { Store } from "../../database/store.js";
import type { WorkloadKind } from "../../database/tables.js";
import { countVerdicts } from "../../database/verdict-counts.js";
import { compareCounts, describeComparison } from "../comparison.js";
import type { Cell, Figure } from "../figure.js";
import { describeReasons, listReasons } from "../reasons.js";
import { FeatureUsers } from "./feature-users.js";
import type { FigureFiles } from "./figure-files.js";
import type { ShownFigure } from "./figure-page.js";
import { Links } from "./links.js";
import { makePackagePage } from "./package-page.js";
import { type PackageSummary, summarizePackage } from "./package-summary.js";
import { type PackageView, viewPackage } from "./package-view.js";
import { figurePath } from "./paths.js";
import type { SitePages } from "./site-pages.js";

/** What is known when all packages have gone by: of each of them a few words, and figures that would need another look at all. */
export interface Gathered {
  readonly packages: readonly PackageSummary[];
  readonly users: FeatureUsers;
  /** Whose rows were written as they came. */
  readonly reasons: readonly ShownFigure[];
  readonly comparisons: ReadonlyMap<WorkloadKind, Figure>;
}

class Gatherer {
  readonly packages: PackageSummary[] = [];
  readonly users = new FeatureUsers();
  readonly #reasons = new Map<WorkloadKind, FigureFiles>();
  readonly #compared = new Map<WorkloadKind, (readonly Cell[])[]>();

  constructor(
    private readonly pages: SitePages,
    private readonly workloads: readonly WorkloadKind[],
    private readonly statics: Awaited<ReturnType<Store["countStaticCalls"]>>,
  ) {}

  async add(details: PackageDetails): Promise<void> {
    const view = viewPackage(details);
    await this.pages.write(makePackagePage(view, new Links(this.pages.known, "../../")));
    for (const workload of this.workloads) {
      this.users.add(view, this.packages.length, workload);
    }
    this.#compare(view);
    await this.#addReasons(details);
    this.packages.push(summarizePackage(view));
  }

  async finish(): Promise<Gathered> {
    const reasons: ShownFigure[] = [];
    for (const [workload, files] of this.#reasons) {
      reasons.push(await files.close(workload));
    }
    const comparisons = new Map(
      [...this.#compared].map(([workload, rows]) => [workload, describeComparison(workload, rows)]),
    );
    return { packages: this.packages, users: this.users, reasons, comparisons };
  }

  #compare({ name, groups }: PackageView): void {
    for (const group of groups.filter(({ newest, workload }) => newest && this.workloads.includes(workload))) {
      const features = group.features.filter(({ kind }) => kind === "syscall");
      if (features.length > 0) {
        const rows = this.#compared.get(group.workload) ?? [];
        this.#compared.set(group.workload, rows);
        rows.push(
          compareCounts({ ...group, package: name, verdicts: countVerdicts(features) }, this.statics.get(name)),
        );
      }
    }
  }

  async #addReasons({ measurements }: PackageDetails): Promise<void> {
    for (const measured of measurements.filter(({ workload }) => this.workloads.includes(workload))) {
      const rows = listReasons(measured, measured.features);
      if (rows.length === 0) {
        continue;
      }
      const { workload } = measured;
      const files =
        this.#reasons.get(workload) ??
        (await this.pages.openDownloads(figurePath(workload, "reasons"), describeReasons(workload)));
      this.#reasons.set(workload, files);
      await files.add(rows);
    }
  }
}

/** One look at everything that is known of each package, some at a time: its page, and what other pages need of it. */
export async function writePackages(
  store: Store,
  names: readonly string[],
  workloads: readonly WorkloadKind[],
  pages: SitePages,
): Promise<Gathered> {
  const gatherer = new Gatherer(pages, workloads, await store.countStaticCalls());
  for await (const details of store.eachDetailed(names)) {
    await gatherer.add(details);
  }
  return gatherer.finish();
}
