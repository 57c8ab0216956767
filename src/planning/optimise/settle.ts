// SPDX-License-Identifier: GPL-3.0-or-later
import { type Schedule, scheduleOrder, type Work } from "./area.js";
import type { PlanningProblem } from "./problem.js";

/** Which demands need a call, and how many calls each demand still waits for. */
class Waiting {
  readonly #implement: readonly number[][];
  readonly #treat: readonly number[][];
  readonly #missing: Int32Array;

  constructor({ efforts, demands }: PlanningProblem) {
    this.#implement = efforts.map(() => []);
    this.#treat = efforts.map(() => []);
    this.#missing = Int32Array.from(demands, ({ implement, treat }) => implement.length + treat.length);
    for (const [demand, { implement, treat }] of demands.entries()) {
      for (const call of implement) {
        this.#implement[call]?.push(demand);
      }
      for (const call of treat) {
        this.#treat[call]?.push(demand);
      }
    }
  }

  /** The demands that are met once this work is done, in no order. */
  finish({ implement, treat }: Work): readonly number[] {
    const met: number[] = [];
    const meet = (users: number[] | undefined): void => {
      for (const demand of users?.splice(0) ?? []) {
        const left = (this.#missing[demand] as number) - 1;
        this.#missing[demand] = left;
        if (left === 0) {
          met.push(demand);
        }
      }
    };
    for (const call of implement) {
      meet(this.#implement[call]);
      meet(this.#treat[call]);
    }
    for (const call of treat) {
      meet(this.#treat[call]);
    }
    return met;
  }
}

/** The order in which demands are really met by the work of a schedule; those that are met at once stay in their order. */
function orderOfMeeting(problem: PlanningProblem, { order, work }: Schedule): readonly number[] {
  const waiting = new Waiting(problem);
  const places = new Map(order.map((demand, place) => [demand, place]));
  const placeOf = (demand: number): number => places.get(demand) ?? order.length;
  return work.flatMap((own) => [...waiting.finish(own)].sort((left, right) => placeOf(left) - placeOf(right)));
}

/**
 * Makes the schedule of an order in which each demand comes as soon as its calls are there. A call that is implemented at once although
 * a stub would do may meet others early; counting them there makes the area smaller, never larger. It ends, because a demand only ever
 * comes before others that wait for more.
 */
export function settleOrder(problem: PlanningProblem, order: readonly number[]): Schedule {
  let schedule = scheduleOrder(problem, order);
  for (;;) {
    const real = orderOfMeeting(problem, schedule);
    if (real.every((demand, position) => demand === schedule.order[position])) {
      return schedule;
    }
    schedule = scheduleOrder(problem, real);
  }
}
