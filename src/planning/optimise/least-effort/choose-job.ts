// SPDX-License-Identifier: GPL-3.0-or-later
import { STUBBED } from "./effort-problem.js";
import { FREE, type PartialChoice } from "./partial-choice.js";
import { NOTHING, type RelaxedSet, WHOLE } from "./relaxed-set.js";

/** This part of what is missing counts beside each gain, so that one gain without the other is worth something. */
const BASE_GAIN = 0.02;

/** The weights of those users of a job that a set takes whole, and of those of which it takes a part. */
interface Users {
  whole: number;
  part: number;
}

/** The users of a job: those that need it in any case, and for an open one those that need it unless it is stubbed, or faked. */
class JobUsers {
  readonly needing: Users = { whole: 0, part: 0 };
  readonly unlessStubbed: Users = { whole: 0, part: 0 };
  readonly unlessFaked: Users = { whole: 0, part: 0 };

  constructor(choice: PartialChoice, { takes }: RelaxedSet, job: number) {
    const { starts, demandOf, whenOf, weights } = choice.problem;
    for (let need = starts[job] as number; need < (starts[job + 1] as number); need++) {
      const demand = demandOf[need] as number;
      const taken = takes[demand] as number;
      if (taken === NOTHING) {
        continue;
      }
      const effective = choice.isEffective(need);
      const users = effective ? this.needing : whenOf[need] === STUBBED ? this.unlessStubbed : this.unlessFaked;
      users[taken === WHOLE ? "whole" : "part"] += weights[demand] as number;
    }
  }
}

/** Whether it makes a difference if a job is paid. */
function matters(choice: PartialChoice, job: number): boolean {
  const [stubbed, faked] = [choice.unlessStubbed[job] as number, choice.unlessFaked[job] as number];
  return (
    choice.states[job] === FREE &&
    ((choice.needing[job] as number) > 0 || (choice.isOpen(job) && Math.min(stubbed, faked) > 0))
  );
}

/**
 * The job to be decided next: paying it and doing without it should both raise what the relaxed set costs, up to `most`. Who pays a
 * job of which the set takes a part pays the rest of it; who does without takes others, which cost more. Undefined where no job
 * is left that matters.
 */
export function chooseJob(choice: PartialChoice, set: RelaxedSet, most: number): number | undefined {
  const { costs, major } = choice.problem;
  let best: number | undefined;
  let largest = -1;
  for (let job = 0; job < major; job++) {
    if (!matters(choice, job)) {
      continue;
    }
    const cost = costs[job] as number;
    const { needing, unlessStubbed, unlessFaked } = new JobUsers(choice, set, job);
    const taken = needing.whole > 0 ? 1 : needing.part > 0 ? set.part : 0;
    const saved = taken > 0 && taken < 1 ? cost : 0;
    const without = (others: Users): number =>
      Math.min(most, set.replace(needing.whole + others.whole, needing.part + others.part, saved));
    const gain = Math.sqrt(without(unlessStubbed) * without(unlessFaked));
    const paid = Math.min(most, cost * (1 - taken));
    const value = (paid + BASE_GAIN * most) * (gain + BASE_GAIN * most);
    if (value > largest) {
      [best, largest] = [job, value];
    }
  }
  return best;
}
