// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import { buildProblem, listMissing } from "./build-problem.js";
import { planCalls } from "./call-plan.js";
import { initialStateOf, makePlan, type PlanRequest, priceCalls } from "./make-plan.js";
import type { Need } from "./need.js";
import { settleOrder } from "./optimise/settle.js";
import type { MeasuredPackage } from "./package-needs.js";
import type { PlanStep } from "./plan.js";
import { listSteps } from "./steps.js";

/** What it takes until a number of packages runs. */
export interface EffortRow {
  readonly packages: number;
  /** Calls implemented so far: in the order of the given file; null where there is none. */
  readonly organic: number | null;
  /** Calls implemented so far when every call that a package uses is implemented, in the best order for that. */
  readonly naive: number;
  /** Calls implemented so far by our plan. */
  readonly plan: number;
}

/** The paper's Figure 2: how much work each way of choosing what comes next takes. */
export interface EffortComparison {
  /** How many packages are compared. */
  readonly packages: number;
  /** For each number of packages that the plan reaches first. */
  readonly rows: readonly EffortRow[];
  /** Packages of the given order that have not been measured, and that are left out. */
  readonly leftOut: readonly string[];
}

/** How many packages run after how many calls. */
interface Point {
  readonly packages: number;
  readonly calls: number;
}

function toPoints(supported: number, steps: readonly Pick<PlanStep, "implement" | "packages">[]): readonly Point[] {
  const points = [{ packages: supported, calls: 0 }];
  for (const { implement, packages } of steps) {
    const before = points.at(-1) as Point;
    points.push({ packages: before.packages + packages.length, calls: before.calls + implement.length });
  }
  return points;
}

function callsFor(points: readonly Point[], packages: number): number {
  const reached = points.find((point) => point.packages >= packages);
  if (reached === undefined) {
    throw new RangeError(`${packages} packages are never reached`);
  }
  return reached.calls;
}

function requireAll(measured: MeasuredPackage): MeasuredPackage {
  return { ...measured, needs: new Map([...measured.needs.keys()].map((call): [string, Need] => [call, "required"])) };
}

function planPoints(request: PlanRequest): readonly Point[] {
  const { supportedAlready, steps } = makePlan(request);
  return toPoints(supportedAlready.length, steps);
}

/** The work in the order of the names; a package that runs as soon as another's calls are there counts at once. */
function organicPoints(request: PlanRequest, order: readonly string[]): readonly Point[] {
  const places = new Map(order.map((name, place) => [name, place]));
  const packages = [...request.needs.measured].sort((left, right) => compareText(left.name, right.name));
  const calls = planCalls(packages, initialStateOf(request), request.weigh);
  const price = priceCalls(request);
  const efforts = calls.map(({ name }) => price(name));
  const built = buildProblem(packages, efforts, listMissing(calls, price), request.weigh);
  const placeOf = (demand: number): number =>
    Math.min(...(built.members[demand] ?? []).map(({ name }) => places.get(name) ?? Number.POSITIVE_INFINITY));
  const demands = [...built.members.keys()].sort((left, right) => placeOf(left) - placeOf(right));
  const schedule = settleOrder(built.problem, demands);
  return toPoints(built.supported.length, listSteps(calls, built.members, schedule));
}

/**
 * Compares the calls to be implemented for more and more packages: in the order in which an operating system really gained them (if
 * given), when all used calls are implemented, and as planned. With an order, only its packages are compared.
 */
export function compareEfforts(request: PlanRequest, order?: readonly string[]): EffortComparison {
  const wanted = order === undefined ? undefined : new Set(order);
  const measured = request.needs.measured.filter(({ name }) => wanted?.has(name) ?? true);
  const known = new Set(measured.map(({ name }) => name));
  const compared: PlanRequest = { ...request, needs: { measured, unmeasured: [] } };
  const plan = planPoints(compared);
  const naive = planPoints({ ...compared, needs: { measured: measured.map(requireAll), unmeasured: [] } });
  const organic = order === undefined ? undefined : organicPoints(compared, order);
  return {
    packages: measured.length,
    rows: plan.map(({ packages, calls }) => ({
      packages,
      organic: organic === undefined ? null : callsFor(organic, packages),
      naive: callsFor(naive, packages),
      plan: calls,
    })),
    leftOut: (order ?? []).filter((name) => !known.has(name)),
  };
}
