// SPDX-License-Identifier: GPL-3.0-or-later
import type { CallTreatment } from "./need.js";
import type { UnmeasuredPackage } from "./package-needs.js";

/** A step: what is done, and which packages run from then on. All lists are sorted. */
export interface PlanStep {
  readonly implement: readonly string[];
  readonly stub: readonly string[];
  readonly fake: readonly string[];
  /** Those of `implement`, `stub` and `fake` that were treated otherwise before, by an earlier step or from the beginning. */
  readonly changed: readonly string[];
  readonly effort: number;
  /** The effort of all steps up to this one. */
  readonly totalEffort: number;
  readonly packages: readonly string[];
}

/** A call that some packages can only have stubbed and others only faked. */
export interface Contradiction {
  readonly call: string;
  readonly stubOnly: readonly string[];
  readonly fakeOnly: readonly string[];
  /** How it is treated until it is implemented. */
  readonly treatment: CallTreatment;
  /** The step that implements it, from 1; null where the packages of one side never come to need it. */
  readonly implementedInStep: number | null;
}

/** A call that counts as implemented although the operating system implements only a part of it. */
export interface PartialCall {
  readonly call: string;
  /** Packages that require it: whether they run depends on the part. */
  readonly packages: readonly string[];
}

/** In which order to implement, stub and fake what, so that packages run early. */
export interface Plan {
  /** Packages that need nothing more: step 0. */
  readonly supportedAlready: readonly string[];
  readonly steps: readonly PlanStep[];
  /** Packages that nothing is known about: they are no part of any step. */
  readonly unknown: readonly UnmeasuredPackage[];
  readonly contradictions: readonly Contradiction[];
  readonly partialCalls: readonly PartialCall[];
  /** The sum over all packages of weight times the effort until they run. */
  readonly area: number;
  /** No plan has a smaller area. */
  readonly bound: number;
  /** The area when always the cheapest package comes next. */
  readonly greedyArea: number;
}

/** By which part of the bound the area may be larger than the best one; 0 is proven to be the best. */
export function gapOf({ area, bound }: Pick<Plan, "area" | "bound">): number {
  return area === 0 ? 0 : area / bound - 1;
}
