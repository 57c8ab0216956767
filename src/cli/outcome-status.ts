// SPDX-License-Identifier: GPL-3.0-or-later
import type { Outcome } from "../analysis/analysis.js";
import type { ExitStatus } from "../errors.js";

/** The exit status that an outcome stands for, where a command was asked for verdicts. */
export const OUTCOME_STATUS: Readonly<Record<Outcome, ExitStatus>> = {
  analyzed: 0,
  observed: 0,
  "no-tests": 2,
  "baseline-fails": 4,
  flaky: 4,
  timeout: 4,
  "build-fails": 4,
  "tracer-error": 3,
  "environment-error": 3,
};
