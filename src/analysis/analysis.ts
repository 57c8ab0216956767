// SPDX-License-Identifier: GPL-3.0-or-later
import type { TracerCapabilities } from "../tracing/trace-report.js";
import type { Linkage } from "../workload/linkage.js";
import type { TestFormat } from "../workload/test-results/test-results.js";
import type { Workload } from "../workload/workload.js";
import type { AnalyzedFeature, FeatureKind, UsedFeature } from "./feature.js";
import type { MetricPattern } from "./metrics.js";
import type { Prior } from "./prior.js";

/** Why an executable is considered: a program of a binary package, linked to a library of one, or named by the user. */
export type ConsideredReason = "shipped" | "linked" | "named";

/** An executable whose calls count: an absolute path or a glob. */
export interface ConsideredProgram {
  readonly pattern: string;
  readonly reason: ConsideredReason;
  /** The binary package that ships it. */
  readonly package?: string;
}

/** How an analysis can end; `analyzed` and `observed` are the good ways. */
export type Outcome =
  | "analyzed"
  | "observed"
  | "no-tests"
  | "baseline-fails"
  | "flaky"
  | "timeout"
  | "build-fails"
  | "tracer-error"
  | "environment-error";

/** How the search for verdicts is done. */
export type StrategyName = "adaptive" | "exhaustive";

/** What `observe` needs. */
export interface ObservationRequest {
  readonly workload: Workload;
  readonly considered: readonly ConsideredProgram[];
  /** What counts as a feature; calls always do. */
  readonly kinds: readonly FeatureKind[];
  /** Debuggers (paths or globs) that are let go together with their children. */
  readonly detach?: readonly string[];
  /** Logs and finished results are written here; it is created if missing. */
  readonly workDirectory: string;
  /** Limit for the first run, whose length nobody knows yet. */
  readonly baselineTimeLimitSeconds: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What `analyze` needs. */
export interface AnalysisRequest extends ObservationRequest {
  readonly strategy: StrategyName;
  /** How often every successful experiment is repeated, at least 1. */
  readonly replicas: number;
  /** How many runs at the same time; default: as many as make good use of the machine. */
  readonly jobs?: number;
  /** What is known of features from elsewhere. */
  readonly prior?: Prior;
  /** Where the workload prints a number that tells how well it did. */
  readonly metric?: MetricPattern;
  /** Whether treatments are compared with the baseline: memory, descriptors, and the metric. */
  readonly impact: "ignored" | "measured" | "strict";
}

/** The parts of an analysis in which experiments are made. */
export type Phase = "search" | "confirmation" | "impact";

/** News of a running analysis. A listener may throw to end it. */
export type Progress =
  | {
      readonly kind: "observed";
      readonly seconds: number;
      readonly features: number;
      /** Patterns that the user named and that no process executed. */
      readonly neverExecuted: readonly string[];
      /** Everything that was executed. */
      readonly executed: readonly string[];
    }
  | { readonly kind: "replica"; readonly done: number; readonly of: number; readonly seconds: number }
  | { readonly kind: "resumed"; readonly runs: number }
  | { readonly kind: "phase"; readonly phase: Phase }
  /** What runs now: told whenever a run of an experiment begins or ends, also one that ends without a result. */
  | { readonly kind: "running"; readonly descriptions: readonly string[] }
  | {
      readonly kind: "experiment";
      readonly done: number;
      /** How many runs there will be, as far as that is known. */
      readonly of: number;
      readonly description: string;
      readonly works: boolean;
      readonly seconds: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: "confirmation"; readonly stubbed: number; readonly faked: number; readonly passed: boolean };

/** A considered executable that ran. */
export interface AnalyzedExecutable {
  readonly path: string;
  readonly package?: string;
  readonly considered: ConsideredReason;
  readonly execs: number;
  /** GNU build-id in hexadecimal, where the file has one and is still there. */
  readonly buildId?: string;
  /** SHA-256 in hexadecimal, where the file is still there. */
  readonly sha256?: string;
  /** How it comes to its C library, where the file is an ELF file that is still there. */
  readonly linkage?: Linkage;
}

/** The joint confirmation: everything avoidable at once. */
export interface Confirmation {
  readonly stubbed: readonly string[];
  readonly faked: readonly string[];
  readonly replicas: number;
  readonly passed: boolean;
}

/** What the search cost. */
export interface SearchCost {
  readonly strategy: StrategyName;
  /** All runs: observation, replicas, experiments, confirmations. */
  readonly runs: number;
  /** Those that ran to their end, as long as a baseline run. */
  readonly fullRuns: number;
  /** From the observation to the end; what an interrupted analysis took before is not in it. */
  readonly seconds: number;
  /** The longest plain replica. */
  readonly baselineSeconds: number;
}

/** What is known of the suite's single tests. */
export interface SuiteTests {
  readonly format: TestFormat;
  /** How many passed in every plain run: what a run was held against. */
  readonly passed: number;
  /** Tests whose outcome changes by itself: they were set aside. */
  readonly flaky: readonly string[];
}

interface ResultBase {
  readonly workload: Workload;
  /** Absent when not even the tracer could be started. */
  readonly tracer?: TracerCapabilities;
  readonly executables: readonly AnalyzedExecutable[];
  /** Whether each run was in a sandbox of its own. */
  readonly isolation?: "sandbox" | "none";
  /** Absent where the baseline was not measured. */
  readonly tests?: SuiteTests;
  /** Sentences about things that a reader should know. */
  readonly warnings: readonly string[];
}

/** Every used call has a verdict, and the joint set of avoidable ones passed. */
export interface CompletedAnalysis extends ResultBase {
  readonly outcome: "analyzed";
  readonly durationSeconds: number;
  readonly features: readonly AnalyzedFeature[];
  readonly confirmation: Confirmation;
  readonly conflicts: readonly (readonly string[])[];
  readonly search: SearchCost;
}

/** One observed run. */
export interface Observation extends ResultBase {
  readonly outcome: "observed";
  readonly durationSeconds: number;
  readonly features: readonly UsedFeature[];
}

/** No verdicts, and why. */
export interface FailedAnalysis extends ResultBase {
  readonly outcome: Exclude<Outcome, "analyzed" | "observed">;
  readonly reason: string;
  readonly durationSeconds?: number;
}

export type AnalysisResult = CompletedAnalysis | Observation | FailedAnalysis;
