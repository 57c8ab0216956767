// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EffortBounds } from "../../../../src/planning/optimise/least-effort/bound-efforts.js";
import { chooseJob } from "../../../../src/planning/optimise/least-effort/choose-job.js";
import { drawConclusions } from "../../../../src/planning/optimise/least-effort/draw-conclusions.js";
import {
  type EffortJob,
  type EffortProblem,
  FAKED,
  FlatProblem,
  OPEN,
  STUBBED,
} from "../../../../src/planning/optimise/least-effort/effort-problem.js";
import { FREE, PAID, PartialChoice } from "../../../../src/planning/optimise/least-effort/partial-choice.js";
import { proveEfforts } from "../../../../src/planning/optimise/least-effort/prove-efforts.js";
import { CostSharing } from "../../../../src/planning/optimise/least-effort/share-costs.js";
import { anyEffortProblem, leastEffort, listSets } from "./effort-problems.js";

const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, value) => sum + value, 0);

/** A decision: which job, and which of the things that can be decided about it. */
const anyDecisions = fc.array(fc.record({ job: fc.nat(20), kind: fc.nat(2) }), { maxLength: 5 });

function decide(choice: PartialChoice, decisions: readonly { readonly job: number; readonly kind: number }[]): void {
  for (const { job: any, kind } of decisions) {
    const job = any % choice.states.length;
    if (choice.states[job] !== FREE) {
      continue;
    }
    if (kind === 0) {
      choice.pay(job);
      continue;
    }
    if (choice.isOpen(job)) {
      choice.treat(job, kind === 1 ? STUBBED : FAKED);
    }
    if (kind === 1 || any % 2 === 0) {
      choice.forbid(job);
    }
  }
}

/** The sets that a choice allows, with what they cost at least: what is paid, and what they need beside it. */
function allowedSets(problem: EffortProblem, choice: PartialChoice): readonly { weight: number; effort: number }[] {
  const { problem: flat, states, sides, excluded } = choice;
  return listSets(problem).flatMap(({ demands, weight }) => {
    if ([...demands].some((demand) => excluded[demand] === 1)) return [];
    let effort = 0;
    for (const [job, cost] of flat.costs.entries()) {
      const needs = [...flat.jobOf.keys()].filter(
        (need) => flat.jobOf[need] === job && demands.has(flat.demandOf[need] as number),
      );
      const wishes = new Set(needs.map((need) => flat.whenOf[need] as number));
      const treatedWell = (side: number): boolean => [...wishes].every((wish) => wish === side);
      const side = sides[job] as number;
      const isNeeded = side === OPEN ? !treatedWell(STUBBED) && !treatedWell(FAKED) : !treatedWell(side);
      if (states[job] === PAID || isNeeded) effort += cost;
    }
    return [{ weight, effort }];
  });
}

describe("PartialChoice", () => {
  it("counts what is left after any decisions", () => {
    fc.assert(
      fc.property(anyEffortProblem(6, 7), anyDecisions, (problem, decisions) => {
        const flat = new FlatProblem(problem);
        const choice = PartialChoice.none(flat);
        decide(choice, decisions);
        const left = [...flat.weights.keys()].filter((demand) => choice.excluded[demand] === 0);
        const weightOf = (demands: readonly number[]): number =>
          total(demands.map((demand) => flat.weights[demand] as number));
        expect(choice.weight).toBe(weightOf(left));
        const isPaid = (job: number): boolean => choice.states[job] === PAID;
        expect(choice.spentMajor + choice.spentMinor).toBe(total(flat.costs.filter((_, job) => isPaid(job))));
        for (const job of flat.costs.keys()) {
          const needs = [...flat.jobOf.keys()].filter(
            (need) => flat.jobOf[need] === job && left.includes(flat.demandOf[need] as number),
          );
          const usersOf = (chosen: (need: number) => boolean): readonly number[] =>
            needs.filter(chosen).map((need) => flat.demandOf[need] as number);
          expect(choice.needing[job]).toBe(weightOf(usersOf((need) => choice.isEffective(need))));
          const others = (when: number): readonly number[] =>
            usersOf((need) => !choice.isEffective(need) && flat.whenOf[need] === when);
          expect(choice.unlessStubbed[job]).toBe(weightOf(others(STUBBED)));
          expect(choice.unlessFaked[job]).toBe(weightOf(others(FAKED)));
        }
        for (const demand of left) {
          const needs = [...flat.jobOf.keys()].filter((need) => flat.demandOf[need] === demand);
          const missing = needs.filter(
            (need) => choice.isEffective(need) && choice.states[flat.jobOf[need] as number] === FREE,
          );
          expect(choice.missing[demand]).toBe(
            total(missing.map((need) => flat.costs[flat.jobOf[need] as number] as number)),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("can be copied", () => {
    const problem = { weights: [1, 1], jobs: [{ cost: 5, users: [{ demand: 0, when: "always" as const }] }] };
    const choice = PartialChoice.none(new FlatProblem(problem));
    const copy = choice.copy();
    copy.forbid(0);
    expect([choice.weight, copy.weight]).toEqual([2, 1]);
    expect([...choice.excluded]).toEqual([0, 0]);
  });
});

describe("CostSharing", () => {
  it("shares all costs and no more, evenly in the end", () => {
    fc.assert(
      fc.property(anyEffortProblem(6, 7), anyDecisions, (problem, decisions) => {
        const flat = new FlatProblem(problem);
        const choice = PartialChoice.none(flat);
        decide(choice, decisions);
        const sharing = new CostSharing(flat);
        sharing.share(choice, 5);
        const left = [...flat.costs.keys()].filter(
          (job) => choice.states[job] === FREE && (choice.needing[job] as number) > 0,
        );
        const expected = total(left.map((job) => flat.costs[job] as number));
        const loads = (own: Float64Array): number => total(own.filter((_, demand) => choice.excluded[demand] === 0));
        expect(loads(sharing.majorLoads) + loads(sharing.minorLoads)).toBeCloseTo(expected, 4);
      }),
      { numRuns: 200 },
    );
  });

  it("makes loads for a weight the same where it can", () => {
    const always = (...demands: number[]): EffortProblem["jobs"][number]["users"] =>
      demands.map((demand) => ({ demand, when: "always" }));
    const problem: EffortProblem = {
      weights: [1, 1, 2],
      jobs: [
        { cost: 10, users: always(0, 1) },
        { cost: 6, users: always(1, 2) },
      ],
    };
    const flat = new FlatProblem(problem);
    const sharing = new CostSharing(flat);
    sharing.share(PartialChoice.none(flat), 50);
    expect([...sharing.majorLoads].map((load) => Math.round(load * 100) / 100)).toEqual([5, 5, 6]);
  });
});

describe("drawConclusions", () => {
  it("loses no set that reaches the aim", () => {
    fc.assert(
      fc.property(
        anyEffortProblem(6, 7),
        anyDecisions,
        fc.nat(60),
        fc.nat(400),
        (problem, decisions, weight, effort) => {
          const choice = PartialChoice.none(new FlatProblem(problem));
          decide(choice, decisions);
          const reaching = (): number =>
            Math.min(
              effort,
              ...allowedSets(problem, choice).flatMap((set) => (set.weight >= weight ? [set.effort] : [])),
            );
          const before = reaching();
          drawConclusions(choice, { weight, effort });
          expect(reaching()).toBe(before);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("EffortBounds", () => {
  it("are never above the least effort that a choice allows", () => {
    fc.assert(
      fc.property(anyEffortProblem(6, 7), anyDecisions, fc.nat(6), (problem, decisions, rounds) => {
        const choice = PartialChoice.none(new FlatProblem(problem));
        decide(choice, decisions);
        const weights = Array.from({ length: total(problem.weights) + 2 }, (_, index) => index);
        const bounds = new EffortBounds(choice.problem).bound(
          choice,
          weights.map((weight) => ({ weight, minor: 0 })),
          rounds,
        );
        const sets = allowedSets(problem, choice);
        for (const weight of weights) {
          const least = Math.min(...sets.flatMap((set) => (set.weight >= weight ? [set.effort] : [])));
          expect(bounds[weight]).toBeLessThanOrEqual(least);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("chooseJob", () => {
  it("finds a job whose decision matters, and none where nothing is left", () => {
    const problem: EffortProblem = {
      weights: [1, 1, 1],
      jobs: [
        { cost: 10, users: [0, 1, 2].map((demand) => ({ demand, when: "always" })) },
        { cost: 10, users: [{ demand: 2, when: "always" }] },
      ],
    };
    const choice = PartialChoice.none(new FlatProblem(problem));
    const bounds = new EffortBounds(choice.problem);
    expect(chooseJob(choice, bounds.relax(choice, 2), 15)).toBe(0);
    choice.pay(0);
    expect(chooseJob(choice, bounds.relax(choice, 2), 5)).toBe(1);
    choice.forbid(1);
    expect(chooseJob(choice, bounds.relax(choice, 2), 5)).toBeUndefined();
  });

  it("prefers a job of which the bound has paid a part to one that it has paid and to one that it does without", () => {
    const always = (...demands: number[]): EffortProblem["jobs"][number]["users"] =>
      demands.map((demand) => ({ demand, when: "always" }));
    const problem: EffortProblem = {
      weights: [1, 1, 1, 1, 1],
      jobs: [
        { cost: 10, users: always(0) },
        { cost: 30, users: always(4) },
        { cost: 30, users: always(1, 2, 3) },
        ...[1, 2, 3].map((demand) => ({ cost: 10, users: always(demand) })),
      ],
    };
    const choice = PartialChoice.none(new FlatProblem(problem));
    expect(chooseJob(choice, new EffortBounds(choice.problem).relax(choice, 2), 20)).toBe(2);
  });

  it("decides about calls that packages of the set want treated in two ways", () => {
    const problem: EffortProblem = {
      weights: [1, 1, 1],
      jobs: [
        { cost: 10, users: [{ demand: 2, when: "always" }] },
        {
          cost: 10,
          users: [
            { demand: 0, when: "unless stubbed" },
            { demand: 1, when: "unless faked" },
          ],
        },
      ],
    };
    const choice = PartialChoice.none(new FlatProblem(problem));
    expect(chooseJob(choice, new EffortBounds(choice.problem).relax(choice, 2), 10)).toBe(1);
  });
});

describe("proveEfforts", () => {
  /** Rising levels, and efforts of a plan that need not be the least. */
  const anyLevels = fc.record({
    rises: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), more: fc.nat(80), width: fc.nat(5) }), {
      minLength: 1,
      maxLength: 25,
    }),
    exact: fc.boolean(),
  });
  const levelsOf = (
    problem: EffortProblem,
    { rises, exact }: { rises: { weight: number; more: number; width: number }[]; exact: boolean },
  ): { weight: number; width: number; effort: number }[] => {
    let [weight, effort] = [0, 0];
    const all = rises.map((rise) => {
      weight += rise.weight;
      effort += rise.more;
      return { weight, effort: exact ? leastEffort(problem, weight) : effort, width: rise.width + 1 };
    });
    return all.filter((level) => level.weight <= total(problem.weights));
  };

  it("is never above the sum of the least efforts", () => {
    fc.assert(
      fc.property(anyEffortProblem(7, 8), anyLevels, fc.nat(30_000), (problem, asked, steps) => {
        const levels = levelsOf(problem, asked);
        fc.pre(levels.length > 0);
        const least = total(levels.map(({ weight, width }) => width * leastEffort(problem, weight)));
        expect(proveEfforts(problem, levels, steps)).toBeLessThanOrEqual(least);
      }),
      { numRuns: 2000 },
    );
  });

  it("reaches that sum for major jobs, and that for minor ones, where it may take its time", () => {
    fc.assert(
      fc.property(anyEffortProblem(7, 8), anyLevels, (problem, { rises }) => {
        const levels = levelsOf(problem, { rises, exact: true });
        fc.pre(levels.length > 0);
        const minor = total(problem.jobs.map(({ cost }) => cost)) / problem.jobs.length / 10;
        const parts = [({ cost }: EffortJob) => cost >= minor, ({ cost }: EffortJob) => cost < minor].map((isIn) => ({
          ...problem,
          jobs: problem.jobs.filter(isIn),
        }));
        const least = total(
          levels.map(({ weight, width }) => width * total(parts.map((part) => leastEffort(part, weight)))),
        );
        expect(proveEfforts(problem, levels, 1e7)).toBeGreaterThanOrEqual(least * (1 - 1e-8));
      }),
      { numRuns: 300 },
    );
  });

  /** Each pair of six calls is needed by one of fifteen packages: three calls serve three of them, not three sixths of all. */
  const pairs = [0, 1, 2, 3, 4, 5].flatMap((first) =>
    [0, 1, 2, 3, 4, 5].filter((second) => second > first).map((second) => [first, second]),
  );
  const pairJobs = (cost: number): readonly EffortJob[] =>
    [0, 1, 2, 3, 4, 5].map((job) => ({
      cost,
      users: pairs.flatMap((pair, demand) => (pair.includes(job) ? [{ demand, when: "always" as const }] : [])),
    }));

  it("sees that a few packages already pay nearly everything, where density does not", () => {
    const problem: EffortProblem = {
      weights: pairs.map(() => 1),
      jobs: pairJobs(10),
    };
    const levels = pairs.map((_, index) => ({ weight: index + 1, width: 1, effort: leastEffort(problem, index + 1) }));
    expect(proveEfforts(problem, levels, 1e7)).toBe(total(levels.map(({ effort }) => effort)));
  });

  it("sees as much of stubs and fakes beside a call that everybody needs", () => {
    const everybody = pairs.map((_, demand) => ({ demand, when: "always" as const }));
    const problem: EffortProblem = {
      weights: pairs.map(() => 1),
      jobs: [{ cost: 100, users: everybody }, ...pairJobs(1)],
    };
    const levels = pairs.map((_, index) => ({ weight: index + 1, width: 1, effort: leastEffort(problem, index + 1) }));
    expect(proveEfforts(problem, levels, 1e7)).toBe(total(levels.map(({ effort }) => effort)));
  });

  it("is the same each time", () => {
    fc.assert(
      fc.property(anyEffortProblem(7, 8), anyLevels, (problem, asked) => {
        const levels = levelsOf(problem, asked);
        fc.pre(levels.length > 0);
        expect(proveEfforts(problem, levels, 5000)).toBe(proveEfforts(problem, levels, 5000));
      }),
      { numRuns: 50 },
    );
  });
});
