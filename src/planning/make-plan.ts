// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import type { ReachedPackage } from "./bound-by-efforts.js";
import { type BuiltProblem, buildProblem, listMissing, type PriceCall } from "./build-problem.js";
import { type InitialState, isContradictory, isUndecided, type PlannedCall, planCalls } from "./call-plan.js";
import { decideTreatments } from "./contradictions.js";
import { fromUnits, toUnits } from "./effort.js";
import type { CallCost } from "./input/cost-file.js";
import type { CallState } from "./need.js";
import type { Schedule } from "./optimise/area.js";
import { scheduleGreedily, scheduleQuickly, scheduleWell } from "./optimise/optimise.js";
import type { PlanningProblem } from "./optimise/problem.js";
import type { MeasuredPackage, PackageNeeds, WeighPackage } from "./package-needs.js";
import type { Contradiction, PartialCall, Plan, PlanStep } from "./plan.js";
import { provePlan } from "./prove-plan.js";
import { listSteps } from "./steps.js";

/** What a plan is made from. */
export interface PlanRequest {
  /** The state of each call that is known of. */
  readonly states: ReadonlyMap<string, CallState>;
  /** The state of all other calls. */
  readonly otherwise: "none" | "stub";
  /** Whether a partial implementation counts as one. */
  readonly partial: "full" | "none";
  readonly needs: PackageNeeds;
  readonly weigh: WeighPackage;
  /** Efforts that differ from the defaults: 1 to implement a call, `treatmentEffort` to stub or fake it. */
  readonly costs: ReadonlyMap<string, CallCost>;
  readonly treatmentEffort: number;
}

function sortPackages(packages: readonly MeasuredPackage[]): readonly MeasuredPackage[] {
  return [...packages].sort((left, right) => compareText(left.name, right.name));
}

/** The state of each call at the beginning. */
export function initialStateOf({ states, otherwise, partial }: PlanRequest): (call: string) => InitialState {
  return (call) => {
    const state = states.get(call) ?? otherwise;
    return state === "partial" ? partial : state;
  };
}

/** Prices in units: what the cost file says, else the defaults. */
export function priceCalls({ costs, treatmentEffort }: Pick<PlanRequest, "costs" | "treatmentEffort">): PriceCall {
  return (call) => {
    const cost = costs.get(call);
    const implement = toUnits(cost?.implement ?? 1);
    return { implement, treat: Math.min(implement, toUnits(cost?.treat ?? treatmentEffort)) };
  };
}

function listContradictions(calls: readonly PlannedCall[], steps: readonly PlanStep[]): readonly Contradiction[] {
  return calls.filter(isContradictory).map(({ name, stubOnly, fakeOnly, treatment }) => {
    const step = steps.findIndex(({ implement }) => implement.includes(name));
    return { call: name, stubOnly, fakeOnly, treatment, implementedInStep: step < 0 ? null : step + 1 };
  });
}

function listPartialCalls(
  { states, partial }: PlanRequest,
  packages: readonly MeasuredPackage[],
): readonly PartialCall[] {
  if (partial === "none") {
    return [];
  }
  return [...states]
    .filter(([, state]) => state === "partial")
    .map(([call]) => ({
      call,
      packages: packages.filter(({ needs }) => needs.get(call) === "required").map(({ name }) => name),
    }))
    .filter(({ packages: relying }) => relying.length > 0)
    .sort((left, right) => compareText(left.call, right.call));
}

/** A plan before it has names: how calls are treated, and in which order packages come. */
interface Draft {
  readonly calls: readonly PlannedCall[];
  readonly built: BuiltProblem;
  readonly schedule: Schedule;
}

/** How often contradictions are decided anew by the order that followed from the last decision. */
const MOST_DECISIONS = 3;

class Planner {
  readonly #packages: readonly MeasuredPackage[];
  readonly #price: PriceCall;
  readonly #weigh: PlanRequest["weigh"];

  constructor(readonly request: PlanRequest) {
    this.#packages = sortPackages(request.needs.measured);
    this.#price = priceCalls(request);
    this.#weigh = request.weigh;
  }

  /** The best plan that is found; contradictions are decided by the order of a plan, and a plan follows from decisions. */
  draft(): Draft {
    const first = planCalls(this.#packages, initialStateOf(this.request), this.#weigh);
    if (!first.some(isUndecided)) {
      return this.#schedule(first, scheduleWell);
    }
    let calls = this.#decide(this.#schedule(first, scheduleQuickly));
    let best = this.#schedule(calls, scheduleWell);
    for (let decision = 1; decision < MOST_DECISIONS; decision++) {
      const changed = this.#decide(best);
      if (changed.every(({ treatment }, index) => treatment === calls[index]?.treatment)) {
        break;
      }
      calls = changed;
      const other = this.#schedule(calls, scheduleWell);
      if (other.schedule.area >= best.schedule.area) {
        break;
      }
      best = other;
    }
    return best;
  }

  /** A bound for the area of every plan, whatever it decides. */
  prove({ calls, built, schedule }: Draft): number {
    return provePlan({ calls, order: reachPackages(built, schedule), area: schedule.area }, this.#price, this.#weigh);
  }

  #schedule(calls: readonly PlannedCall[], schedule: (problem: PlanningProblem) => Schedule): Draft {
    const efforts = calls.map(({ name }) => this.#price(name));
    const built = buildProblem(this.#packages, efforts, listMissing(calls, this.#price), this.#weigh);
    return { calls, built, schedule: schedule(built.problem) };
  }

  #decide({ calls, built, schedule }: Draft): readonly PlannedCall[] {
    return decideTreatments(calls, orderPackages(built, schedule), this.#price, this.#weigh);
  }
}

function orderPackages({ members }: BuiltProblem, { order }: Schedule): readonly MeasuredPackage[] {
  return order.flatMap((demand) => members[demand] ?? []);
}

function reachPackages({ members }: BuiltProblem, { order, work }: Schedule): readonly ReachedPackage[] {
  let spent = 0;
  return order.flatMap((demand, place) => {
    spent += work[place]?.effort ?? 0;
    const effort = spent;
    return (members[demand] ?? []).map((measured) => ({ measured, effort }));
  });
}

/**
 * Makes a support plan: steps after each of which more packages run, those that are many and need little first. The result depends
 * on what is asked and not on the order in which it is given. Throws UsageError where numbers would not be exact.
 */
export function makePlan(request: PlanRequest): Plan {
  const planner = new Planner(request);
  const draft = planner.draft();
  const { calls, built, schedule } = draft;
  const steps = listSteps(calls, built.members, schedule);
  return {
    supportedAlready: built.supported.map(({ name }) => name),
    steps,
    unknown: [...request.needs.unmeasured].sort((left, right) => compareText(left.name, right.name)),
    contradictions: listContradictions(calls, steps),
    partialCalls: listPartialCalls(request, sortPackages(request.needs.measured)),
    area: fromUnits(schedule.area),
    bound: fromUnits(planner.prove(draft)),
    greedyArea: fromUnits(scheduleGreedily(built.problem).area),
  };
}
