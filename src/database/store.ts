// SPDX-License-Identifier: GPL-3.0-or-later
import { gunzipSync } from "node:zlib";
import { CompiledQuery } from "kysely";
import { describeCause } from "../describe-cause.js";
import type { Manifest } from "../manifest/schema.js";
import type { Connection } from "./connection.js";
import { DatabaseError } from "./database-error.js";
import { type ComparedTreatment, type ImpactFilter, type ImpactRow, selectCompared, selectImpacts } from "./impacts.js";
import { countPackages, type FeatureImportance, selectImportance } from "./importance.js";
import { type LibcMeasurement, selectLibcMeasurements } from "./libc-measurements.js";
import { describeManifest } from "./manifest-measurement.js";
import type { Measurement } from "./measurement.js";
import { type MergeResult, mergeMeasurement } from "./merge-measurement.js";
import { type NeedCounts, type NeedFilter, selectNeedCounts } from "./need-counts.js";
import { type PackageDetails, selectPackageDetails } from "./package-details.js";
import {
  type FeatureUser,
  type FeatureUserFilter,
  type MeasurementPageFilter,
  type Page,
  type PageRequest,
  searchFeatures,
  selectFeatureUsers,
  selectMeasurementPage,
  selectPackagePage,
} from "./pages.js";
import {
  groupUsage,
  type MeasurementFilter,
  type MeasurementSummary,
  type PackageUsage,
  selectBinaries,
  selectFeatures,
  selectMeasurements,
  selectPackages,
  selectPackagesWithVersions,
  selectUsage,
  type UsageFilter,
  type UsageRow,
} from "./queries.js";
import { type AnalyzedMeasurement, type RequiredFeature, selectAnalyzed, selectRequired } from "./required-features.js";
import { type SourceResults, selectSourceResults } from "./source-results.js";
import { type StaticCounts, selectStaticCounts } from "./static-counts.js";
import type { Row, WorkloadKind } from "./tables.js";
import { type CountedPackage, selectVerdictCounts, type VerdictFilter } from "./verdict-counts.js";

/** How often a transaction is tried that the engine gives up because of another one. */
const ATTEMPTS = 5;

/** With 45 features each, about 10,000 rows. */
const PACKAGES_AT_ONCE = 200;

/**
 * An open usage database. Every method may throw DatabaseError where the database cannot be worked with any more; what was merged
 * before is kept, and nothing is half-merged.
 */
export class Store {
  constructor(readonly connection: Connection) {}

  /** The file, or the URL without its password. */
  get location(): string {
    return this.connection.location;
  }

  /** Adds a manifest, in one transaction; one that is there is left as it is. Throws UnstorableError for what cannot be stored. */
  async mergeManifest(manifest: Manifest): Promise<MergeResult> {
    return this.mergeMeasurement(describeManifest(manifest));
  }

  /** Adds a measurement, in one transaction; one that is there is left as it is. */
  async mergeMeasurement(measurement: Measurement): Promise<MergeResult> {
    const { kysely } = this.connection;
    const merge = (): Promise<MergeResult> =>
      kysely.transaction().execute((transaction) => mergeMeasurement(this.connection, transaction, measurement));
    for (let attempt = 1; ; attempt++) {
      try {
        return await merge();
      } catch (cause) {
        if (attempt === ATTEMPTS || !this.connection.isTransient(cause)) {
          throw this.connection.explain(cause) ?? cause;
        }
      }
    }
  }

  /** Whether there is a measurement of this name (see `identify`). */
  async hasMeasurement(measurement: string): Promise<boolean> {
    const statement = `select 1 from measurements where measurement = ${this.connection.placeholder(1)}`;
    const { rows } = await this.#run(this.connection.kysely.executeQuery(CompiledQuery.raw(statement, [measurement])));
    return rows.length > 0;
  }

  /** The measurements that agree with everything that the filter gives. */
  async listMeasurements(filter: MeasurementFilter = {}): Promise<readonly MeasurementSummary[]> {
    return this.#run(selectMeasurements(this.connection.kysely, filter));
  }

  /** What is used, and what is needed, of the packages and versions that the filter gives. */
  async readUsage(filter: UsageFilter = {}): Promise<readonly UsageRow[]> {
    return this.#run(selectUsage(this.connection.kysely, filter));
  }

  /** The features of a measurement, by kind and name. */
  async readFeatures(measurement: string): Promise<readonly Row<"features">[]> {
    return this.#run(selectFeatures(this.connection.kysely, measurement));
  }

  /** The same as `readUsage`, put together by package, version, architecture and workload. */
  async readPackages(filter: UsageFilter = {}): Promise<readonly PackageUsage[]> {
    return groupUsage(await this.readUsage(filter));
  }

  /** The usage of all packages, some at a time: of a whole distribution it does not fit into memory at once. */
  async *eachPackage(filter: Omit<UsageFilter, "packages"> = {}): AsyncGenerator<PackageUsage> {
    const names = await this.listPackages();
    for (let start = 0; start < names.length; start += PACKAGES_AT_ONCE) {
      yield* await this.readPackages({ ...filter, packages: names.slice(start, start + PACKAGES_AT_ONCE) });
    }
  }

  /** All that is known of the named packages, some at a time, in their order. */
  async *eachDetailed(names: readonly string[]): AsyncGenerator<PackageDetails> {
    for (let start = 0; start < names.length; start += PACKAGES_AT_ONCE) {
      yield* await this.#run(selectPackageDetails(this.connection, names.slice(start, start + PACKAGES_AT_ONCE)));
    }
  }

  /** Every measurement with verdicts of packages (default: of all), some at a time, with its required features: all do not fit into memory. */
  async *eachRequired(
    workload: WorkloadKind,
    packages?: readonly string[],
  ): AsyncGenerator<readonly (readonly [AnalyzedMeasurement, readonly RequiredFeature[]])[]> {
    const chosen = packages === undefined ? undefined : new Set(packages);
    const analyzed = await this.#run(selectAnalyzed(this.connection.kysely, workload));
    const measured = analyzed.filter(({ package: name }) => chosen?.has(name) ?? true);
    for (let start = 0; start < measured.length; start += PACKAGES_AT_ONCE) {
      const some = measured.slice(start, start + PACKAGES_AT_ONCE);
      const names = some.map(({ measurement }) => measurement);
      const required = await this.#run(selectRequired(this.connection.kysely, names));
      yield some.map((measurement) => [measurement, required.get(measurement.measurement) ?? []] as const);
    }
  }

  /** The names of all packages that were measured, in order. */
  async listPackages(): Promise<readonly string[]> {
    return this.#run(selectPackages(this.connection.kysely));
  }

  /** Some names of measured packages, in order; of those only that have `containing` in them, whatever its case. */
  async pagePackages(request: PageRequest, containing?: string): Promise<Page<string>> {
    return this.#run(selectPackagePage(this.connection.kysely, request, containing));
  }

  /** Some measurements of a package, in the order of their identifiers. */
  async pageMeasurements(filter: MeasurementPageFilter, request: PageRequest): Promise<Page<MeasurementSummary>> {
    return this.#run(selectMeasurementPage(this.connection.kysely, filter, request));
  }

  /** Users of a feature among the next `limit` packages: a page may have none and yet not be the last one. */
  async pageFeatureUsers(filter: FeatureUserFilter, request: PageRequest): Promise<Page<FeatureUser>> {
    return this.#run(selectFeatureUsers(this.connection.kysely, filter, request));
  }

  /** The first features that some package uses and that have `containing` in their names, whatever its case. */
  async searchFeatures(containing: string, limit: number): ReturnType<typeof searchFeatures> {
    return this.#run(searchFeatures(this.connection.kysely, containing, limit));
  }

  /** How many system calls static analysis found, by package. */
  async countStaticCalls(): Promise<ReadonlyMap<string, StaticCounts>> {
    return this.#run(selectStaticCounts(this.connection.kysely));
  }

  /** The binary packages of each package, sorted, as far as programs that ran are shipped by any. */
  async listBinaries(): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#run(selectBinaries(this.connection.kysely));
  }

  /** How many packages have a measurement with features, for a kind of workload. */
  async countPackages(workload: WorkloadKind): Promise<number> {
    return this.#run(countPackages(this.connection.kysely, workload));
  }

  /** How many packages each feature matters to, in their newest versions; the most often required first. */
  async readImportance(workload: WorkloadKind = "suite"): Promise<readonly FeatureImportance[]> {
    return this.#run(selectImportance(this.connection.kysely, workload));
  }

  /** How many packages use and need each feature of a kind: of some of them, or on one architecture. */
  async countNeeds(filter: NeedFilter): Promise<NeedCounts> {
    return this.#run(selectNeedCounts(this.connection.kysely, filter));
  }

  /** What treatments that work change, by package, feature, treatment and metric. */
  async listImpacts(filter: ImpactFilter): Promise<readonly ImpactRow[]> {
    return this.#run(selectImpacts(this.connection.kysely, filter));
  }

  /** What the sources of packages (default: of all) do with the results of system calls, each in its newest version. */
  async readSourceResults(packages?: readonly string[]): Promise<SourceResults> {
    return this.#run(selectSourceResults(this.connection.kysely, packages));
  }

  /** Measurements of packages (default: of all) whose programs were linked to several C libraries, or in several ways. */
  async listLibcMeasurements(
    workload: WorkloadKind,
    packages?: readonly string[],
  ): Promise<readonly LibcMeasurement[]> {
    return this.#run(selectLibcMeasurements(this.connection.kysely, workload, packages));
  }

  /** How many features of a kind have which verdict, for each package in its newest version. */
  async countVerdicts(filter: VerdictFilter): Promise<readonly CountedPackage[]> {
    return this.#run(selectVerdictCounts(this.connection.kysely, filter));
  }

  /** The treatments whose impact was measured and that work, in the same order. */
  async listCompared(filter: ImpactFilter): Promise<readonly ComparedTreatment[]> {
    return this.#run(selectCompared(this.connection.kysely, filter));
  }

  /** The names of packages of which features of more than one version are known, in order. */
  async listPackagesWithVersions(workload: WorkloadKind): Promise<readonly string[]> {
    return this.#run(selectPackagesWithVersions(this.connection.kysely, workload));
  }

  /** The canonical text of a measurement's document (for a manifest: its bytes), undefined where there is no such measurement. */
  async readDocument(measurement: string): Promise<string | undefined> {
    const row = await this.#run(
      this.connection.kysely
        .selectFrom("documents")
        .select("content")
        .where("measurement", "=", measurement)
        .executeTakeFirst(),
    );
    try {
      return row && gunzipSync(row.content).toString();
    } catch (cause) {
      throw new DatabaseError(
        `${this.location} is damaged (document ${measurement}: ${describeCause(cause)})`,
        "damaged",
        {
          cause,
        },
      );
    }
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.connection.kysely.destroy();
  }

  async #run<Result>(query: Promise<Result>): Promise<Result> {
    try {
      return await query;
    } catch (cause) {
      throw this.connection.explain(cause) ?? cause;
    }
  }
}
