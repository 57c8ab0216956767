// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { NOTHING, PART, RelaxedSet, WHOLE } from "../../../../src/planning/optimise/least-effort/relaxed-set.js";

describe("RelaxedSet", () => {
  const [weights, rates] = [Float64Array.of(1, 2, 1, 3, 1), Float64Array.of(5, 5, 1, 9, Number.POSITIVE_INFINITY)];
  const set = new RelaxedSet(weights, rates, Int32Array.of(4, 3, 1, 0, 2), 3);

  it("takes what has least, and parts of what has the same", () => {
    expect([...set.takes]).toEqual([PART, PART, WHOLE, NOTHING, NOTHING]);
    expect(set.part).toBeCloseTo(2 / 3);
  });

  it("takes no excluded demand, even where all others are not enough", () => {
    const all = new RelaxedSet(weights, rates, Int32Array.of(4, 3, 1, 0, 2), 8);
    expect([...all.takes]).toEqual([WHOLE, WHOLE, WHOLE, PART, NOTHING]);
    expect(all.part).toBeCloseTo(4 / 3);
    expect(all.replace(1, 0, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("estimates what it costs to take others", () => {
    // 15 are shared among a weight of 3, of which 2 are taken.
    expect(set.replace(0, 0, 0)).toBeCloseTo(0);
    expect(set.replace(1, 0, 0)).toBeCloseTo(15 - 10);
    expect(set.replace(0, 1, 0)).toBeCloseTo(15 - 10);
    expect(set.replace(1, 1, 3)).toBeCloseTo(12 + 9 - 10);
    expect(set.replace(1, 3, 0)).toBeCloseTo(15 + 27 - 10);
    expect(set.replace(4, 3, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(set.replace(0, 0, 6)).toBe(0);
  });
});
