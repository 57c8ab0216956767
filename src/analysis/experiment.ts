// SPDX-License-Identifier: GPL-3.0-or-later
import type { Feature, Treatment } from "./feature.js";

/** A feature and what is done with it. */
export interface TreatedFeature {
  readonly feature: Feature;
  readonly treatment: Treatment;
}

/** A set of features that are stubbed or faked in the same run. */
export interface Experiment {
  readonly treated: readonly TreatedFeature[];
}

/** The outcome of an experiment over its replicas; the first failing replica decides. */
export interface ExperimentResult {
  readonly experiment: Experiment;
  readonly works: boolean;
  readonly runs: number;
  readonly seconds: number;
  readonly reason?: string;
}

/** Runs experiments for a strategy. Throws InterruptedError, TracerError or EnvironmentError when no result can be had. */
export interface Experimenter {
  /** Runs `replicas` times (default: as often as the user asked for), or until the first failure. */
  run(experiment: Experiment, replicas?: number): Promise<ExperimentResult>;
  readonly replicas: number;
}
