// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlanRequest } from "../../src/planning/make-plan.js";
import type { MeasuredPackage } from "../../src/planning/package-needs.js";

/**
 * The smallest area over all orders of packages and all choices of what is implemented at once, without any code of the planner:
 * each package in turn gets what it still needs, as a stub, a fake or implemented.
 */
export function bruteForce(asked: PlanRequest): number {
  const price = (call: string, implement: boolean): number => {
    const whole = asked.costs.get(call)?.implement ?? 1;
    return implement ? whole : Math.min(whole, asked.treatmentEffort);
  };
  const stateOf = (call: string): string => {
    const state = asked.states.get(call) ?? asked.otherwise;
    return state === "partial" ? asked.partial : state;
  };
  const enough = (need: string, state: string): boolean =>
    state === "full" || need === state || (need === "any" && state !== "none");
  const runs = ({ needs }: MeasuredPackage, states: ReadonlyMap<string, string>): boolean =>
    [...needs].every(([call, need]) => enough(need, states.get(call) ?? stateOf(call)));
  let best = Number.POSITIVE_INFINITY;
  const visit = (waiting: readonly MeasuredPackage[], states: Map<string, string>, area: number): void => {
    const left = waiting.filter((own) => !runs(own, states));
    if (area >= best) return;
    if (left.length === 0) {
      best = area;
      return;
    }
    const weight = left.reduce((sum, own) => sum + asked.weigh(own), 0);
    for (const own of left) {
      const missing = [...own.needs].filter(([call, need]) => !enough(need, states.get(call) ?? stateOf(call)));
      // Each avoidable call may be treated or implemented at once: all combinations.
      const avoidable = missing.filter(([, need]) => need !== "required");
      for (let choice = 0; choice < 2 ** avoidable.length; choice++) {
        const next = new Map(states);
        let effort = 0;
        for (const [call, need] of missing) {
          const place = avoidable.findIndex(([name]) => name === call);
          const treat = place >= 0 && (choice & (1 << place)) !== 0;
          effort += price(call, !treat);
          next.set(call, treat ? (need === "fake" ? "fake" : "stub") : "full");
        }
        // What a system does already it goes on doing, if any package wants it so.
        const takesAway = missing.some(
          ([call]) =>
            next.get(call) !== "full" &&
            stateOf(call) !== "none" &&
            next.get(call) !== stateOf(call) &&
            asked.needs.measured.some(({ needs }) => needs.get(call) === stateOf(call)),
        );
        if (takesAway) continue;
        const running = asked.needs.measured.filter((other) => !left.includes(other));
        if (running.every((other) => runs(other, next))) visit(left, next, area + effort * weight);
      }
    }
  };
  visit(asked.needs.measured, new Map(), 0);
  return best;
}
