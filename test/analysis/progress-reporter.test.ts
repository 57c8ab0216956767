// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { AnalysisRequest, Progress } from "../../src/analysis/analysis.js";
import type { Experiment } from "../../src/analysis/experiment.js";
import { ProgressReporter } from "../../src/analysis/progress-reporter.js";

const RECORD = { passed: true, seconds: 1, metrics: {} };
const EXPERIMENT: Experiment = { treated: [] };

function countExpected(rest: Partial<AnalysisRequest>, left?: number): readonly number[] {
  const told: number[] = [];
  const onProgress = (progress: Progress): void => {
    if (progress.kind === "experiment") {
      told.push(progress.of);
    }
  };
  const request = { strategy: "adaptive", replicas: 10, impact: "ignored", onProgress, ...rest } as AnalysisRequest;
  const reporter = new ProgressReporter(request, 40);
  reporter.onFinished({ experiment: EXPERIMENT, record: RECORD as never });
  if (left !== undefined) {
    reporter.expect(left);
    reporter.onFinished({ experiment: EXPERIMENT, record: RECORD as never });
  }
  return told;
}

test("runs that compare impacts are part of what is expected", () => {
  const [without = 0] = countExpected({});
  const [measured = 0] = countExpected({ impact: "measured" });
  expect(measured - without).toBeGreaterThan(40 * 10 * 0.8);
});

test("a number that becomes known replaces the estimate", () => {
  expect(countExpected({ impact: "measured" }, 7)[1]).toBe(1 + 7);
});
