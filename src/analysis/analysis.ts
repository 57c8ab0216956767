// SPDX-License-Identifier: GPL-3.0-or-later
import type { TracerCapabilities } from "../tracing/trace-report.js";
import type { Workload } from "../workload/workload.js";
import type { AnalyzedFeature, UsedFeature } from "./feature.js";

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
export type StrategyName = "exhaustive";

/** What `observe` needs. */
export interface ObservationRequest {
  readonly workload: Workload;
  readonly considered: readonly ConsideredProgram[];
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
}

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
  | {
      readonly kind: "experiment";
      readonly done: number;
      readonly of: number;
      readonly description: string;
      readonly works: boolean;
      readonly seconds: number;
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
  readonly seconds: number;
  /** The longest plain replica. */
  readonly baselineSeconds: number;
}

interface ResultBase {
  readonly workload: Workload;
  /** Absent when not even the tracer could be started. */
  readonly tracer?: TracerCapabilities;
  readonly executables: readonly AnalyzedExecutable[];
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
