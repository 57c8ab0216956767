// SPDX-License-Identifier: GPL-3.0-or-later
import type { TestResults } from "./test-results/test-results.js";

/** A way in which considered processes of a program die. */
export interface KnownDeath {
  readonly path: string;
  readonly signal: number;
}

/** What the plain runs of a workload did: a later run is held against it. */
export interface Expectation {
  /** Deaths of considered processes that belong to the workload: they also happen when nothing is interposed. */
  readonly deaths: readonly KnownDeath[];
  /** How considered processes exit when nothing is interposed; absent: nothing is known. */
  readonly exits?: ReadonlySet<number>;
  /** What each plain run said of its tests. */
  readonly tests: readonly TestResults[];
  /** A run that prints nothing for this time hangs. */
  readonly quietLimitSeconds: number;
  /** So does one whose processes all wait for this time, */
  readonly stallLimitSeconds: number;
  /** and one in which a process of a name uses more processor time than this. */
  readonly limitCpuSeconds: (processName: string) => number;
}

/** What is expected of a workload of which nothing is known. */
export const NOTHING_EXPECTED: Expectation = {
  deaths: [],
  tests: [],
  quietLimitSeconds: Number.POSITIVE_INFINITY,
  stallLimitSeconds: Number.POSITIVE_INFINITY,
  limitCpuSeconds: () => Number.POSITIVE_INFINITY,
};
