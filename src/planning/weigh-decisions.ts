// SPDX-License-Identifier: GPL-3.0-or-later
import { indexCalls, lookUp, type PriceCall } from "./build-problem.js";
import { isUndecided, missingWork, type PlannedCall } from "./call-plan.js";
import type { MeasuredPackage, WeighPackage } from "./package-needs.js";

/** The effort that is spent in all when a call is first treated, and when it is implemented. */
class PaidCalls {
  readonly #treated = new Map<string, number>();
  readonly #implemented = new Map<string, number>();
  #spent = 0;

  constructor(readonly price: PriceCall) {}

  /** Does this work where it is not done yet, and returns what was spent in all when it was done. */
  pay(work: "treat" | "implement", call: string): number {
    const implemented = this.#implemented.get(call);
    const paid =
      work === "implement" ? implemented : Math.min(this.#treated.get(call) ?? Infinity, implemented ?? Infinity);
    if (paid !== undefined && paid !== Infinity) {
      return paid;
    }
    this.#spent += this.price(call)[work];
    (work === "treat" ? this.#treated : this.#implemented).set(call, this.#spent);
    return this.#spent;
  }
}

/**
 * For each undecided call how much of the area is due to packages that wait for its being implemented because the plan treats it in the
 * way that they cannot do with. A bound that leaves the call open lets them come early, so that deciding on such a call raises the
 * bound. Who waits for several calls counts for each with an equal part.
 */
export function weighWaiting(
  calls: readonly PlannedCall[],
  order: readonly MeasuredPackage[],
  price: PriceCall,
  weigh: WeighPackage,
): ReadonlyMap<string, number> {
  const byName = indexCalls(calls);
  const paid = new PaidCalls(price);
  const waiting = new Map<string, number>();
  for (const measured of order) {
    const heldUpBy: string[] = [];
    let [ready, otherwise] = [0, 0];
    for (const [name, need] of measured.needs) {
      const { call } = lookUp(byName, name);
      const work = missingWork(call, need);
      if (work === "nothing") {
        continue;
      }
      const time = paid.pay(work, name);
      ready = Math.max(ready, time);
      if (work === "implement" && need !== "required" && isUndecided(call)) {
        heldUpBy.push(name);
      } else {
        otherwise = Math.max(otherwise, time);
      }
    }
    for (const name of heldUpBy) {
      const part = (weigh(measured) * (ready - otherwise)) / heldUpBy.length;
      waiting.set(name, (waiting.get(name) ?? 0) + part);
    }
  }
  return waiting;
}
