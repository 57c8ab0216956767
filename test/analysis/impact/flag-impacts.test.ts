// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { compareMetric } from "../../../src/analysis/impact/compare-metric.js";
import { adjustPValues, flagImpacts } from "../../../src/analysis/impact/flag-impacts.js";

/** Ten values around this one, one per cent apart at most, none of them twice. */
function around(value: number, replicas = 10): number[] {
  return Array.from({ length: replicas }, (_, index) => value * (1 + (index - replicas / 2) / 1000));
}

const named = (feature: string, baseline: number[], runs: number[]) => ({ feature, ...compareMetric(baseline, runs) });

describe("compareMetric", () => {
  it("tells the ratio and change of medians", () => {
    expect(compareMetric([100, 300, 200], [800, 100, 400])).toMatchObject({ ratio: 2, change: 1, separated: false });
    expect(compareMetric([10, 10], [5, 5])).toMatchObject({ ratio: 0.5, change: -0.5, separated: true });
  });

  it("has no ratio to nothing, but sees that something came", () => {
    expect(compareMetric([0, 0], [0, 0])).toMatchObject({ ratio: null, change: 0 });
    expect(compareMetric([0, 0], [3, 3])).toMatchObject({ ratio: null, change: Number.POSITIVE_INFINITY });
  });

  it("leaves the samples as they are", () => {
    const runs = [3, 1, 2];
    compareMetric(runs, runs);
    expect(runs).toEqual([3, 1, 2]);
  });
});

describe("adjustPValues", () => {
  it("agrees with R's p.adjust(method = 'holm')", () => {
    // p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") and a case that needs the running maximum.
    const close = (values: readonly number[]) => values.map((value) => Number(value.toFixed(12)));
    expect(close(adjustPValues([0.01, 0.02, 0.03, 0.04, 0.05]))).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
    expect(close(adjustPValues([0.9, 0.001, 0.04, 0.6]))).toEqual([1, 0.004, 0.12, 1]);
    expect(adjustPValues([])).toEqual([]);
  });
});

describe("flagImpacts", () => {
  const quiet = Array.from({ length: 100 }, (_, index) => named(`quiet-${index}`, around(1000), around(1000.3)));

  it("flags a change in either direction among many that are none", () => {
    const grown = named("close", around(1000), around(7000));
    const shrunk = named("write", around(1000), around(800));
    const { flagged, undecided } = flagImpacts([...quiet, grown, shrunk]);
    expect(flagged.map(({ feature }) => feature)).toEqual(["close", "write"]);
    expect(flagged[0]?.adjustedPValue).toBeCloseTo((2 / 184_756) * 102, 10);
    expect(undecided).toEqual([]);
  });

  it("does not flag what is significant but small", () => {
    const small = named("brk", around(1000), around(1025));
    expect(small.pValue).toBeLessThan(0.001);
    expect(flagImpacts([small]).flagged).toEqual([]);
    expect(flagImpacts([small], { minimumChange: 0.01, alpha: 0.05 }).flagged).toHaveLength(1);
  });

  it("does not flag what is large but may be chance", () => {
    const noisy = named("read", [10, 20, 30, 40, 50], [5, 60, 15, 55, 70]);
    const { flagged, undecided } = flagImpacts([noisy]);
    expect(noisy.change).toBeGreaterThan(0.03);
    expect([...flagged, ...undecided]).toEqual([]);
  });

  it("says where the replicas cannot be enough", () => {
    const three = named("munmap", [1, 2, 3], [10, 11, 12]);
    const { flagged, undecided } = flagImpacts([three]);
    expect(flagged).toEqual([]);
    expect(undecided.map(({ feature }) => feature)).toEqual(["munmap"]);
  });

  it("corrects for the number of comparisons", () => {
    const five = named("futex", around(1000, 5), around(2000, 5));
    expect(flagImpacts([five]).flagged).toHaveLength(1);
    const { flagged, undecided } = flagImpacts([...quiet, five]);
    expect(flagged).toEqual([]);
    expect(undecided).toHaveLength(1);
  });
});
