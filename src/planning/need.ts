// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from "../analysis/feature.js";

/** What a package needs of a call: that it is implemented, or one or either of the two ways to do without it. */
export type Need = Verdict;

/** What an operating system does with a call. partial: implemented, but not all of it. none: nothing is known to work. */
export type CallState = "full" | "partial" | "stub" | "fake" | "none";

/** The two ways to treat a call that are less work than implementing it. */
export type CallTreatment = "stub" | "fake";

/** Whether a call in this state is enough. Whoever can do without a call can also do with it. */
export function isMet(need: Need, state: Exclude<CallState, "partial">): boolean {
  switch (state) {
    case "full":
      return true;
    case "stub":
    case "fake":
      return need === "any" || need === state;
    case "none":
      return false;
  }
}

/** What is enough for both needs. Where one can only do with a stub and the other only with a fake, the call has to be implemented. */
export function combineNeeds(left: Need, right: Need): Need {
  if (left === right || right === "any") {
    return left;
  }
  return left === "any" ? right : "required";
}
