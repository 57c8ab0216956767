// SPDX-License-Identifier: GPL-3.0-or-later
import { FAKED, STUBBED } from "./effort-problem.js";
import { FREE, type PartialChoice } from "./partial-choice.js";

/** What a choice is asked for: at least so much weight for less than so much effort. */
export interface Aim {
  readonly weight: number;
  readonly effort: number;
}

/** Decides about a job without which, or without one of both treatments of its call, too little weight is left. */
function concludeJob(choice: PartialChoice, job: number, spare: number): boolean {
  const needing = choice.needing[job] as number;
  if (!choice.isOpen(job)) {
    if (needing > spare) {
      choice.pay(job);
      return true;
    }
    return false;
  }
  const neverStubbed = needing + (choice.unlessFaked[job] as number) > spare;
  const neverFaked = needing + (choice.unlessStubbed[job] as number) > spare;
  if (neverStubbed && neverFaked) {
    choice.pay(job);
  } else if (neverStubbed) {
    choice.treat(job, FAKED);
  } else if (neverFaked) {
    choice.treat(job, STUBBED);
  }
  return neverStubbed || neverFaked;
}

/**
 * Draws conclusions until there are no more: pays jobs without which too little weight is left, and excludes demands that cost too
 * much by themselves. Whatever reaches the aim does so too. Returns whether there was anything to conclude.
 */
export function drawConclusions(choice: PartialChoice, { weight, effort }: Aim): boolean {
  let concluded = false;
  for (;;) {
    let changed = false;
    const spare = choice.weight - weight;
    for (let job = 0; job < choice.states.length; job++) {
      if (choice.states[job] === FREE && concludeJob(choice, job, spare)) {
        changed = true;
      }
    }
    const left = effort - choice.spentMajor - choice.spentMinor;
    for (let demand = 0; demand < choice.excluded.length; demand++) {
      if (choice.excluded[demand] === 0 && (choice.missing[demand] as number) >= left) {
        choice.exclude(demand);
        changed = true;
      }
    }
    if (!changed) {
      return concluded;
    }
    concluded = true;
  }
}
