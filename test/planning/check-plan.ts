// SPDX-License-Identifier: GPL-3.0-or-later
// Checks a plan without any code of the planner: plays it step by step and looks at what each package needs.
import type { PlanRequest } from "../../src/planning/make-plan.js";
import type { Plan, PlanStep } from "../../src/planning/plan.js";

const ENOUGH: Readonly<Record<string, readonly string[]>> = {
  required: ["full"],
  stub: ["stub", "full"],
  fake: ["fake", "full"],
  any: ["stub", "fake", "full"],
};

class System {
  readonly #states: Map<string, string>;

  constructor(readonly request: PlanRequest) {
    this.#states = new Map(
      [...request.states].map(([call, state]) => [call, state === "partial" ? request.partial : state]),
    );
  }

  stateOf(call: string): string {
    return this.#states.get(call) ?? this.request.otherwise;
  }

  runs(needs: ReadonlyMap<string, string>): boolean {
    return [...needs].every(([call, need]) => ENOUGH[need]?.includes(this.stateOf(call)));
  }

  /** Does the work of a step and returns its price in thousandths, or throws. */
  work({ implement, stub, fake, changed }: PlanStep): number {
    let price = 0;
    for (const [calls, state] of [
      [implement, "full"],
      [stub, "stub"],
      [fake, "fake"],
    ] as const) {
      for (const call of calls) {
        const before = this.stateOf(call);
        if (before === state || before === "full") throw new Error(`${call} is made ${state} but is ${before} already`);
        if (changed.includes(call) !== (before !== "none")) throw new Error(`${call} was ${before}: wrongly marked`);
        const cost = this.request.costs.get(call);
        const whole = cost?.implement ?? 1;
        price += Math.round(
          1000 * (state === "full" ? whole : Math.min(whole, cost?.treat ?? this.request.treatmentEffort)),
        );
        this.#states.set(call, state);
      }
    }
    if (implement.length + stub.length + fake.length === 0) throw new Error("a step without work");
    return price;
  }
}

/** Throws an Error that says what is wrong with a plan; returns the area that it really has, in thousandths. */
export function checkPlan(request: PlanRequest, plan: Plan): number {
  const system = new System(request);
  const waiting = new Map(request.needs.measured.map((measured) => [measured.name, measured]));
  const running: string[] = [];
  let [spent, area] = [0, 0];
  const start = (packages: readonly string[]): void => {
    const expected = [...waiting.values()].filter(({ needs }) => system.runs(needs)).map(({ name }) => name);
    if ([...packages].sort().join() !== expected.sort().join() || [...packages].sort().join() !== packages.join()) {
      throw new Error(`said to run: ${packages.join()}; really: ${expected.join()}`);
    }
    for (const name of packages) {
      area += spent * request.weigh(waiting.get(name) as never);
      waiting.delete(name);
      running.push(name);
    }
    for (const name of running) {
      const { needs } = request.needs.measured.find((measured) => measured.name === name) as never as {
        needs: Map<string, string>;
      };
      if (!system.runs(needs)) throw new Error(`${name} does not run any more`);
    }
  };
  start(plan.supportedAlready);
  for (const step of plan.steps) {
    const price = system.work(step);
    spent += price;
    if (Math.abs(step.effort * 1000 - price) > 1e-6 || Math.abs(step.totalEffort * 1000 - spent) > 1e-6) {
      throw new Error(`the effort is ${price}, ${spent} in all, not ${step.effort}, ${step.totalEffort}`);
    }
    if (step.packages.length === 0) throw new Error("a step after which nothing more runs");
    start(step.packages);
  }
  if (waiting.size > 0) throw new Error(`never supported: ${[...waiting.keys()].join()}`);
  const unknown = new Set(request.needs.unmeasured.map(({ name }) => name));
  if (running.some((name) => unknown.has(name))) throw new Error("an unknown package is said to run");
  if (Math.abs(plan.area * 1000 - area) > 1e-6) throw new Error(`the area is ${area}, not ${plan.area}`);
  return area;
}
