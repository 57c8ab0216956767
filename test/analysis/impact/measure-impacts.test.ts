// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { AnalysisRequest } from "../../../src/analysis/analysis.js";
import { type Comparer, identifyExperiment, type RunMetrics } from "../../../src/analysis/experiment.js";
import type { AnalyzedFeature } from "../../../src/analysis/feature.js";
import { measureImpacts } from "../../../src/analysis/impact/measure-impacts.js";

const REPLICAS = 8;

function avoidable(name: string): AnalyzedFeature {
  const works = { works: true, runs: REPLICAS };
  return {
    feature: { kind: "syscall", name },
    calls: 1,
    executables: ["prog"],
    verdict: "any",
    stub: works,
    fake: works,
  };
}

/** Runs that differ a little from each other, as all do. */
function spread(metrics: RunMetrics): readonly RunMetrics[] {
  return Array.from({ length: REPLICAS }, (_, index) => ({
    ...metrics,
    metric: (metrics.metric ?? 0) * (1 + index / 1000),
  }));
}

/** Measures what is said of each experiment. */
function comparerOf(measured: Readonly<Record<string, RunMetrics>>): Comparer {
  return {
    compare: async (experiments) =>
      experiments.map((experiment) => ({
        experiment,
        works: true,
        runs: REPLICAS,
        seconds: REPLICAS,
        suspects: [],
        idle: [],
        lost: [],
        metrics: spread(measured[identifyExperiment(experiment)] ?? { metric: 100 }),
      })),
  };
}

const request = { impact: "measured", metric: /([0-9]+)/, replicas: REPLICAS } as AnalysisRequest;

test("a rate is compared with that of the runs in which nothing is treated", async () => {
  const comparer = comparerOf({ "": { metric: 100 }, "stub syscall write": { metric: 150 } });
  const { features, warnings } = await measureImpacts(request, [avoidable("write"), avoidable("close")], comparer);
  const impacts = features.map(({ impact }) =>
    impact?.map(({ treatment, metric, ratio }) => [treatment, metric, ratio?.toFixed(2)]),
  );
  expect(impacts).toEqual([[["stub", "metric", "1.50"]], []]);
  expect(warnings).toEqual([]);
});

test("a rate is not compared where the tracer takes a part of the time, and that is said", async () => {
  const comparer = comparerOf({
    "": { metric: 100 },
    "fake syscall write": { metric: 50, tracerShare: 0.4, descriptors: 9 },
  });
  const { features, warnings } = await measureImpacts(request, [avoidable("write")], comparer);
  expect(features[0]?.impact).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/metric was not compared .*: fake write$/)]);
});

test("a share that does not matter keeps nothing from being compared", async () => {
  const comparer = comparerOf({ "": { metric: 100 }, "fake syscall brk": { metric: 50, tracerShare: 0.001 } });
  const { features, warnings } = await measureImpacts(request, [avoidable("brk")], comparer);
  expect(features[0]?.impact).toMatchObject([{ treatment: "fake", metric: "metric" }]);
  expect(warnings).toEqual([]);
});
