// SPDX-License-Identifier: GPL-3.0-or-later
// The tables as Kysely sees them. What they mean is in docs/database.md; how they are made in migrations/.
import type { ColumnType, Insertable } from "kysely";
import type { FeatureKind, Treatment, Verdict } from "../analysis/feature.js";
import type { Manifest } from "../manifest/schema.js";

/** SQLite has 0 and 1, PostgreSQL has false and true. Both compare with true, and both take it in. */
export type SqlBoolean = ColumnType<boolean | 0 | 1, boolean, boolean>;

/** What a measurement is about: a Debian source package, a program without one, or an application of a loupedb database. */
export type Origin = "debian" | "program" | "loupedb";

/** How a static analysis found a call: in machine code, or in the sources. */
export type StaticMethod = "binary" | "source";

/** The kind of workload, as in a manifest. */
export type WorkloadKind = Manifest["workload"]["kind"];

/** The outcome of a manifest; static: nothing was run, there are results of static analysis alone. */
export type Outcome = Manifest["outcome"] | "static";

/** All of them. */
export const WORKLOAD_KINDS: readonly WorkloadKind[] = ["suite", "benchmark", "check"];

/** The merged document itself, compressed: what everything else is derived from. */
export interface DocumentsTable {
  measurement: string;
  format: string;
  content: Uint8Array;
}

export interface MeasurementsTable {
  /** The first half of the SHA-256 of its canonical document, in hexadecimal digits. */
  measurement: string;
  package: string;
  origin: Origin;
  version: string;
  architecture: string;
  workload: WorkloadKind;
  workload_name: string;
  command: string;
  outcome: Outcome;
  reason: string | null;
  test_format: string | null;
  tests_passed: number | null;
  duration_seconds: number | null;
  kernel: string | null;
  tool: string | null;
  libc: string | null;
  buildinfo: string | null;
  strategy: string | null;
  replicas: number | null;
  runs: number | null;
  full_runs: number | null;
  search_seconds: number | null;
  baseline_seconds: number | null;
  /** Treatments whose impact was measured, remarkable or not; null where that was not asked for. */
  impacts_compared: number | null;
  /** Files of C that were looked at; null where source was not. */
  source_files: number | null;
}

export interface FeaturesTable {
  measurement: string;
  kind: FeatureKind;
  name: string;
  number: number | null;
  calls: number | null;
  verdict: Verdict | null;
  stub_works: ColumnType<boolean | 0 | 1 | null, boolean | null, boolean | null>;
  stub_runs: number | null;
  stub_reason: string | null;
  fake_works: ColumnType<boolean | 0 | 1 | null, boolean | null, boolean | null>;
  fake_runs: number | null;
  fake_reason: string | null;
  joint: "stubbed" | "faked" | null;
  executables: string;
}

export interface ExecutablesTable {
  measurement: string;
  path: string;
  binary_package: string | null;
  build_id: string | null;
  sha256: string | null;
  considered: Manifest["executables"][number]["considered"];
  execs: number;
  linkage: "dynamic" | "static" | null;
  interpreter: string | null;
  libc: "glibc" | "musl" | null;
  /** How many calls its code may make; null where that was not looked at. */
  static_calls: number | null;
  /** A JSON list of sentences about where there may be more of them; null as above. */
  static_unknown: string | null;
}

export interface ImpactsTable {
  measurement: string;
  kind: FeatureKind;
  name: string;
  treatment: Treatment;
  metric: string;
  ratio: number | null;
  p_value: number;
}

export interface ConflictsTable {
  measurement: string;
  conflict: number;
  name: string;
}

export interface StaticFeaturesTable {
  measurement: string;
  method: StaticMethod;
  name: string;
  /** null where the name is not one of the table of x86-64. */
  number: number | null;
}

/** What becomes of the results of a function of the C library in the source of a package: how many places do what. */
export interface SourceResultsTable {
  measurement: string;
  function: string;
  syscall: string;
  calls: number;
  checked: number;
  passed_on: number;
  stored: number;
  ignored: number;
}

/** All measurements of a package, version, architecture and kind of workload taken together, conservatively. */
export interface UsageTable {
  package: string;
  origin: Origin;
  version: string;
  architecture: string;
  workload: WorkloadKind;
  kind: FeatureKind;
  name: string;
  number: number | null;
  verdict: Verdict | null;
  measurements: number;
  used_in: number;
  judged_in: number;
  stub_works_in: number;
  fake_works_in: number;
  newest: SqlBoolean;
}

/** How many packages each feature matters to, in their newest versions: a package counts once, conservatively. */
export interface ImportanceTable {
  workload: WorkloadKind;
  kind: FeatureKind;
  name: string;
  used_by: number;
  required_by: number;
  stub_by: number;
  fake_by: number;
  any_by: number;
  unknown_for: number;
}

export interface MigrationsTable {
  number: number;
  name: string;
}

export interface Tables {
  loupe_migrations: MigrationsTable;
  documents: DocumentsTable;
  measurements: MeasurementsTable;
  features: FeaturesTable;
  executables: ExecutablesTable;
  impacts: ImpactsTable;
  conflicts: ConflictsTable;
  static_features: StaticFeaturesTable;
  source_results: SourceResultsTable;
  usage: UsageTable;
  importance: ImportanceTable;
}

/** A row of a table with all its columns. */
export type Row<Table extends keyof Tables> = Readonly<Required<Insertable<Tables[Table]>>>;
