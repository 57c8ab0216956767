// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatePackages, generateSystems } from "../../bench/planning/generate.js";
import { makePlan, type PlanRequest } from "../../src/planning/make-plan.js";
import { gapOf, type Plan } from "../../src/planning/plan.js";
import { bruteForce } from "./brute-force.js";
import { checkPlan } from "./check-plan.js";
import { anyRequest, measured, request } from "./requests.js";

function plan(asked: PlanRequest): Plan {
  const made = makePlan(asked);
  checkPlan(asked, made);
  return made;
}

const full = (...calls: string[]): Pick<PlanRequest, "states"> => ({
  states: new Map(calls.map((call) => [call, "full"])),
});

describe("makePlan", () => {
  it("tells what runs already, and takes the package that needs least first", () => {
    const packages = [
      measured("big", { read: "required", socket: "required", bind: "required" }),
      measured("small", { read: "required", write: "required" }),
      measured("there", { read: "required" }),
    ];
    expect(plan(request(packages, full("read")))).toMatchObject({
      supportedAlready: ["there"],
      steps: [
        { implement: ["write"], stub: [], fake: [], changed: [], effort: 1, totalEffort: 1, packages: ["small"] },
        { implement: ["bind", "socket"], effort: 2, totalEffort: 3, packages: ["big"] },
      ],
      area: 4,
      bound: 4,
    });
  });

  it("prefers two calls for three packages to one call for one: the greedy order has a larger area", () => {
    const packages = [
      measured("a1", { socket: "required", bind: "required" }),
      measured("a2", { socket: "required", bind: "required" }),
      measured("a3", { socket: "required", bind: "required" }),
      measured("b", { kill: "required" }),
    ];
    const made = plan(request(packages));
    expect(made.steps.map(({ packages: running }) => running)).toEqual([["a1", "a2", "a3"], ["b"]]);
    expect(made).toMatchObject({ area: 9, bound: 9, greedyArea: 10 });
  });

  it("stubs and fakes what need not be implemented, and marks a call that is implemented later", () => {
    const packages = [
      measured("a", { brk: "stub", dup: "fake", kill: "any" }),
      measured("b", { brk: "required", bind: "required" }),
    ];
    expect(plan(request(packages)).steps).toMatchObject([
      { implement: [], stub: ["brk", "kill"], fake: ["dup"], changed: [], packages: ["a"] },
      { implement: ["bind", "brk"], changed: ["brk"], packages: ["b"] },
    ]);
  });

  it("implements a call at once where a stub would cost nearly as much and not last", () => {
    const packages = [measured("a", { brk: "stub" }), measured("b", { brk: "required" })];
    expect(plan(request(packages, { treatmentEffort: 0.9 })).steps).toMatchObject([
      { implement: ["brk"], stub: [], packages: ["a", "b"] },
    ]);
  });

  it("solves contradictory needs by implementing the call, and names them", () => {
    const packages = [
      measured("f", { madvise: "fake" }),
      measured("s", { madvise: "stub" }),
      measured("t", { madvise: "stub" }),
    ];
    const made = plan(request(packages));
    expect(made.steps).toMatchObject([
      { stub: ["madvise"], packages: ["s", "t"] },
      { implement: ["madvise"], changed: ["madvise"], packages: ["f"] },
    ]);
    expect(made.contradictions).toEqual([
      { call: "madvise", stubOnly: ["s", "t"], fakeOnly: ["f"], treatment: "stub", implementedInStep: 2 },
    ]);
  });

  it("never takes from the system a stub that a package needs", () => {
    const packages = [measured("f", { madvise: "fake" }), measured("s", { madvise: "stub" })];
    const made = plan(request(packages, { states: new Map([["madvise", "stub"]]) }));
    expect(made).toMatchObject({ supportedAlready: ["s"], steps: [{ implement: ["madvise"], changed: ["madvise"] }] });
  });

  it("fakes a call that was stubbed where nobody needs the stub", () => {
    const packages = [measured("f", { madvise: "fake" }), measured("x", { madvise: "any" })];
    const made = plan(request(packages, { otherwise: "stub" }));
    expect(made).toMatchObject({ supportedAlready: ["x"], steps: [{ fake: ["madvise"], changed: ["madvise"] }] });
  });

  it("says on whom a partial implementation depends, or does not count it", () => {
    const asked = { states: new Map([["ioctl", "partial" as const]]) };
    const packages = [measured("a", { ioctl: "required" }), measured("b", { ioctl: "any" })];
    expect(plan(request(packages, asked))).toMatchObject({
      supportedAlready: ["a", "b"],
      partialCalls: [{ call: "ioctl", packages: ["a"] }],
    });
    expect(plan(request(packages, { ...asked, partial: "none" }))).toMatchObject({
      supportedAlready: [],
      partialCalls: [],
    });
  });

  it("takes the heavier package first, and the cheaper call", () => {
    const packages = [measured("a", { bind: "required" }), measured("b", { kill: "required" })];
    const first = (changes: Partial<PlanRequest>): readonly string[] | undefined =>
      plan(request(packages, changes)).steps[0]?.packages;
    expect(first({ weigh: ({ name }) => (name === "b" ? 1000 : 1) })).toEqual(["b"]);
    expect(first({ costs: new Map([["bind", { implement: 3 }]]) })).toEqual(["b"]);
  });

  it("never counts an unknown package as supported", () => {
    const needs = { measured: [measured("a", {})], unmeasured: [{ name: "u", reason: "no-tests" }] };
    expect(plan(request([], { needs }))).toMatchObject({
      supportedAlready: ["a"],
      steps: [],
      unknown: [{ name: "u", reason: "no-tests" }],
      area: 0,
    });
  });

  it("refuses numbers that it cannot add exactly", () => {
    const asked = request([measured("a", { read: "required", write: "required" })], { weigh: () => 1e13 });
    expect(() => makePlan(asked)).toThrow(/too large/);
  });
});

describe("every plan", () => {
  it("is true, is not worse than greedy, and is not better than its bound", () => {
    fc.assert(
      fc.property(anyRequest({ packages: 12, calls: 12 }), (asked) => {
        const made = makePlan(asked);
        checkPlan(asked, made);
        expect(made.area).toBeLessThanOrEqual(made.greedyArea);
        expect(made.bound).toBeLessThanOrEqual(made.area);
        expect(gapOf(made)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same in whatever order its input is", () => {
    const shuffled = anyRequest({ packages: 10, calls: 10 }).chain((asked) =>
      fc.record({
        asked: fc.constant(asked),
        packages: fc.shuffledSubarray([...asked.needs.measured], { minLength: asked.needs.measured.length }),
        reverse: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ asked, packages, reverse }) => {
        const turn = <Key, Value>(map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> =>
          new Map(reverse ? [...map].reverse() : map);
        const others = packages.map((own) => ({ ...own, needs: turn(own.needs) }));
        const needs = { ...asked.needs, measured: others };
        expect(makePlan({ ...asked, needs, states: turn(asked.states), costs: turn(asked.costs) })).toEqual(
          makePlan(asked),
        );
      }),
      { numRuns: 50 },
    );
  });

  /** The smallest area of all orders in which packages may be aimed at, with the planner's own rule for the work of an order. */
  it("reaches the best area of small problems where stubs cost nothing, and is within its bound otherwise", () => {
    fc.assert(
      fc.property(anyRequest({ packages: 6, calls: 8 }), (asked) => {
        const free = { ...asked, treatmentEffort: 0, costs: new Map() };
        const made = makePlan(free);
        if (made.contradictions.length === 0) {
          expect(made.area).toBeCloseTo(bruteForce(free), 9);
          expect(made.bound).toBe(made.area);
        }
        const [priced, least] = [makePlan(asked), bruteForce(asked)];
        expect(priced.bound).toBeLessThanOrEqual(least + 1e-9);
        expect(priced.area).toBeGreaterThanOrEqual(priced.contradictions.length > 0 ? priced.bound : 0);
      }),
      { numRuns: 100 },
    );
  });

  it("is near the bound on 116 generated packages", () => {
    const packages = generatePackages(116, 7);
    const systems = generateSystems(packages, 11, 8);
    const asked = request(
      packages.map(({ name, needs }) => ({ name, binaries: [], needs })),
      full(...(systems[8] ?? [])),
    );
    const made = plan(asked);
    expect(gapOf(made)).toBeLessThan(0.02);
    expect(made.steps.length).toBeGreaterThan(10);
  });

  it("is near the bound where the system has no call yet, and the same for shuffled packages", () => {
    const packages = generatePackages(50, 7).map(({ name, needs }) => ({ name, binaries: [], needs }));
    const made = plan(request(packages));
    expect(gapOf(made)).toBeLessThan(0.02);
    expect(makePlan(request([...packages].reverse()))).toEqual(made);
  });
});
