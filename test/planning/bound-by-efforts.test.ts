// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText } from "../../src/compare-text.js";
import {
  boundByEfforts,
  buildEffortProblem,
  listLevels,
  type ReachedPackage,
} from "../../src/planning/bound-by-efforts.js";
import { planCalls } from "../../src/planning/call-plan.js";
import { fromUnits, toUnits } from "../../src/planning/effort.js";
import { initialStateOf, makePlan, type PlanRequest, priceCalls } from "../../src/planning/make-plan.js";
import type { Need } from "../../src/planning/need.js";
import type { MeasuredPackage } from "../../src/planning/package-needs.js";
import { bruteForce } from "./brute-force.js";
import { anyRequest, measured, request } from "./requests.js";

const sorted = ({ needs }: PlanRequest): readonly MeasuredPackage[] =>
  [...needs.measured].sort((left, right) => compareText(left.name, right.name));

/** The bound for a request, by a plan whose efforts are taken for so many times what they are. */
function bound(asked: PlanRequest, factor: number, steps: number): number {
  const byName = new Map(asked.needs.measured.map((own) => [own.name, own]));
  const order = makePlan(asked).steps.flatMap(({ packages, totalEffort }) =>
    packages.map((name) => ({
      measured: byName.get(name) as MeasuredPackage,
      effort: Math.round(toUnits(totalEffort) * factor),
    })),
  );
  const calls = planCalls(sorted(asked), initialStateOf(asked), asked.weigh);
  return fromUnits(boundByEfforts(calls, order, priceCalls(asked), asked.weigh, steps));
}

/** Requests with hardly anything but contradictions. */
const contradicting = fc
  .record({
    packages: fc.array(
      fc.dictionary(
        fc.constantFrom("brk", "dup", "kill", "read", "bind"),
        fc.constantFrom<Need>("required", "stub", "fake", "stub", "fake", "any"),
        { maxKeys: 4 },
      ),
      { minLength: 1, maxLength: 5 },
    ),
    weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 5 }),
    treatmentEffort: fc.constantFrom(0, 0.01, 0.3, 2),
  })
  .map(({ packages, weights, treatmentEffort }) =>
    request(
      packages.map((needs, index) => measured(`p${index}`, needs)),
      { treatmentEffort, weigh: ({ name }) => weights[Number(name.slice(1))] ?? 1 },
    ),
  );

describe("boundByEfforts", () => {
  const anySteps = fc.constantFrom(0, 1e3, 1e4, 1e6);

  it("is never above the area of the best plan, whatever the plan it starts from has", () => {
    fc.assert(
      fc.property(
        anyRequest({ packages: 6, calls: 8 }),
        fc.constantFrom(1, 1.3, 10),
        anySteps,
        (asked, factor, steps) => {
          expect(bound(asked, factor, steps)).toBeLessThanOrEqual(bruteForce(asked) + 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("nor where packages contradict each other", () => {
    fc.assert(
      fc.property(contradicting, fc.constantFrom(1, 1.3, 10), anySteps, (asked, factor, steps) => {
        expect(bound(asked, factor, steps)).toBeLessThanOrEqual(bruteForce(asked) + 1e-9);
      }),
      { numRuns: 600 },
    );
  });

  it("knows that both sides of a contradiction need the call, for each number of packages on its own", () => {
    const side = (need: Need) => (_: unknown, index: number) => measured(`${need}${index}`, { madvise: need });
    const asked = request([...Array.from({ length: 3 }, side("stub")), ...Array.from({ length: 3 }, side("fake"))]);
    // Three packages for a stub, then the call: the first side is whichever.
    expect(makePlan(asked).area).toBeCloseTo(3 * 0.01 + 3 * 1.01);
    expect(bound(asked, 2, 1e6)).toBeCloseTo(3 * 0.01 + 3 * 1);
  });
});

describe("buildEffortProblem", () => {
  it("leaves open how contradictory calls are treated, and puts packages together that need the same", () => {
    const packages = [
      measured("a", { brk: "stub", read: "required" }),
      measured("b", { brk: "fake" }),
      measured("c", { brk: "fake" }),
      measured("d", { read: "any", brk: "any" }),
    ];
    const asked = request(packages);
    const calls = planCalls(packages, initialStateOf(asked), asked.weigh);
    const always = (...demands: number[]) => demands.map((demand) => ({ demand, when: "always" }));
    expect(buildEffortProblem(calls, packages, priceCalls(asked), asked.weigh)).toEqual({
      weights: [1, 2, 1],
      jobs: [
        { cost: 10, users: always(0, 1, 2) },
        {
          cost: 990,
          users: [
            { demand: 0, when: "unless stubbed" },
            { demand: 1, when: "unless faked" },
          ],
        },
        { cost: 10, users: always(0, 2) },
        { cost: 990, users: always(0) },
      ],
    });
  });
});

describe("listLevels", () => {
  const reach = (...efforts: number[]): readonly ReachedPackage[] =>
    efforts.map((effort, index) => ({ measured: measured(`p${index}`, {}), effort }));

  it("asks for one grain more than what ran before", () => {
    expect(listLevels(reach(10, 20, 20), () => 6, 2)).toEqual([
      { weight: 2, width: 2, effort: 10 },
      { weight: 4, width: 2, effort: 10 },
      { weight: 6, width: 2, effort: 10 },
      { weight: 8, width: 2, effort: 20 },
      { weight: 10, width: 2, effort: 20 },
      { weight: 12, width: 2, effort: 20 },
      { weight: 14, width: 2, effort: 20 },
      { weight: 16, width: 2, effort: 20 },
      { weight: 18, width: 2, effort: 20 },
    ]);
  });

  it("divides large weights into parts, which cover them all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 20 }), (weights) => {
        const levels = listLevels(
          reach(...weights.map((_, index) => index)),
          ({ name }) => weights[Number(name.slice(1))] ?? 1,
          1,
        );
        expect(levels.length).toBeLessThanOrEqual(300);
        let covered = 0;
        for (const { weight, width } of levels) {
          expect(weight).toBe(covered + 1);
          expect(width).toBeGreaterThan(0);
          covered += width;
        }
        expect(covered).toBe(weights.reduce((sum, weight) => sum + weight, 0));
      }),
      { numRuns: 100 },
    );
  });
});
