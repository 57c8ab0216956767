// SPDX-License-Identifier: GPL-3.0-or-later
import type { Aim } from "./draw-conclusions.js";
import { FREE, type PartialChoice } from "./partial-choice.js";

/** This part of what is missing counts beside each gain, so that one gain without the other is worth something. */
const BASE_GAIN = 0.3;

/**
 * The job to be decided next: paying it and doing without it should both raise the bound much. What is left of all costs is taken for
 * evenly spread. Undefined where no job is left that matters. `bound` is what is proven for the aim.
 */
export function chooseJob(choice: PartialChoice, { weight, effort }: Aim, bound: number): number | undefined {
  const { costs, major } = choice.problem;
  const isLeft = (job: number): boolean => choice.states[job] === FREE;
  let left = 0;
  for (let job = 0; job < costs.length; job++) {
    left += isLeft(job) && (choice.needing[job] as number) > 0 ? (costs[job] as number) : 0;
  }
  const most = effort - bound;
  const part = weight / choice.weight;
  let best: number | undefined;
  let largest = -1;
  for (let job = 0; job < major; job++) {
    const needing = choice.needing[job] as number;
    const going = choice.isOpen(job)
      ? needing + Math.min(choice.unlessStubbed[job] as number, choice.unlessFaked[job] as number)
      : needing;
    if (!isLeft(job) || going === 0) {
      continue;
    }
    const cost = costs[job] as number;
    const paid = Math.min(most, needing > 0 ? cost * (1 - part) : cost);
    const rest = choice.weight - going;
    const without = rest < weight ? most : Math.min(most, Math.max(0, ((left - cost) * weight) / rest - left * part));
    const gain = (paid + BASE_GAIN * most) * (without + BASE_GAIN * most);
    if (gain > largest) {
      [best, largest] = [job, gain];
    }
  }
  return best;
}
