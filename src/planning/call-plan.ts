// SPDX-License-Identifier: GPL-3.0-or-later
import { compareText } from "../compare-text.js";
import { type CallTreatment, isMet, type Need } from "./need.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";

/** What the operating system does with a call at the beginning, once it is decided what a partial implementation counts as. */
export type InitialState = "full" | "stub" | "fake" | "none";

/** Everything about a call that plans depend on. */
export interface PlannedCall {
  readonly name: string;
  readonly initial: InitialState;
  /** How it is treated where it is not implemented. */
  readonly treatment: CallTreatment;
  /** Packages that can do with a stub only, and with a fake only; sorted. Where there are both, they contradict each other. */
  readonly stubOnly: readonly string[];
  readonly fakeOnly: readonly string[];
}

/** What is left to do for a call so that a package can run. */
export type MissingWork = "nothing" | "treat" | "implement";

/** Whether packages contradict each other about a call: both are content only when it is implemented. */
export function isContradictory({ initial, stubOnly, fakeOnly }: PlannedCall): boolean {
  return initial !== "full" && stubOnly.length > 0 && fakeOnly.length > 0;
}

/** Whether it can be chosen which side of a contradiction is served first: what a system does already, it goes on doing. */
export function isUndecided(call: PlannedCall): boolean {
  return isContradictory(call) && call.initial === "none";
}

/**
 * How a call is treated as long as it is not implemented. One way for all packages, and never a change that takes from a package
 * what it can run with; where they contradict each other, the way it is treated already, else that of the heavier side.
 */
function chooseTreatment(initial: InitialState, stubWeight: number, fakeWeight: number): CallTreatment {
  if (stubWeight === 0 || fakeWeight === 0) {
    const indifferent = stubWeight === 0 && fakeWeight === 0;
    return fakeWeight > 0 || (indifferent && initial === "fake") ? "fake" : "stub";
  }
  if (initial === "stub" || initial === "fake") {
    return initial;
  }
  return fakeWeight > stubWeight ? "fake" : "stub";
}

/** Puts together what all packages need of each call, sorted by name. `packages` are sorted by name. */
export function planCalls(
  packages: readonly MeasuredPackage[],
  initialState: (call: string) => InitialState,
  weigh: WeighPackage,
): readonly PlannedCall[] {
  const users = new Map<string, { need: Need; measured: MeasuredPackage }[]>();
  for (const measured of packages) {
    for (const [call, need] of measured.needs) {
      const others = users.get(call);
      if (others === undefined) {
        users.set(call, [{ need, measured }]);
      } else {
        others.push({ need, measured });
      }
    }
  }
  return [...users]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, all]) => {
      const initial = initialState(name);
      const ofNeed = (wanted: Need): readonly MeasuredPackage[] =>
        all.filter(({ need }) => need === wanted).map(({ measured }) => measured);
      const [stubOnly, fakeOnly] = [ofNeed("stub"), ofNeed("fake")];
      const sum = (some: readonly MeasuredPackage[]): number => some.reduce((total, one) => total + weigh(one), 0);
      return {
        name,
        initial,
        treatment: chooseTreatment(initial, sum(stubOnly), sum(fakeOnly)),
        stubOnly: stubOnly.map((measured) => measured.name),
        fakeOnly: fakeOnly.map((measured) => measured.name),
      };
    });
}

/** What is to be done about a call for a package with this need. */
export function missingWork({ initial, treatment }: PlannedCall, need: Need): MissingWork {
  if (isMet(need, initial)) {
    return "nothing";
  }
  return isMet(need, treatment) ? "treat" : "implement";
}
