// SPDX-License-Identifier: GPL-3.0-or-later
import { EnvironmentError } from "../errors.js";
import type { RunResult } from "../workload/run-result.js";
import { compareLimits, deriveLimits, type RunLimits, scaleLimits, tookTooLong } from "./run-limits.js";

/** By how much a plain run has to have become slower so that a run that took too long says nothing. */
const SLOWER = 1.5;

/** A plain run that tells how slow the machine is has this many times the time. */
const PATIENCE = 10;

/** For how long the answer of a plain run holds, in seconds: for this, or for so many plain runs. */
const HOLDS_SECONDS = 60;
const HOLDS_RUNS = 5;

/**
 * Tells runs that hang from those that wait for a machine that has become busier than it was for the baseline: a run that took too
 * long counts only if a plain run, made after it, takes about as long as those of the baseline did.
 */
export class HangCheck {
  #limits: RunLimits;
  #checked: { readonly limits: Promise<RunLimits>; until: number } | undefined;

  /** `runPlain` makes a run with nothing treated. */
  constructor(
    private readonly baseline: RunLimits,
    private readonly runPlain: (limits: RunLimits) => Promise<RunResult>,
  ) {
    this.#limits = baseline;
  }

  /** The limits of the next run: larger than the baseline's while the machine is slower. */
  get limits(): RunLimits {
    return this.#limits;
  }

  /**
   * Whether a run that was ended by these limits says something of its treatment. Where it does not, it is to be made again:
   * `limits` are larger now. Throws EnvironmentError where the machine is too slow for any run to end.
   */
  async isConclusive(limits: RunLimits): Promise<boolean> {
    const fitting = await this.#measureLimits();
    this.#limits = compareLimits(fitting, this.baseline) > SLOWER ? fitting : this.baseline;
    return compareLimits(fitting, limits) <= SLOWER;
  }

  /** The limits that fit the machine as it is now; runs that end at the same time share one plain run. */
  async #measureLimits(): Promise<RunLimits> {
    if (this.#checked === undefined || performance.now() > this.#checked.until) {
      const checked = { limits: this.#measureNow(), until: Number.POSITIVE_INFINITY };
      this.#checked = checked;
      const started = performance.now();
      const settle = (): void => {
        const seconds = (performance.now() - started) / 1000;
        checked.until = performance.now() + 1000 * Math.max(HOLDS_SECONDS, HOLDS_RUNS * seconds);
      };
      checked.limits.then(settle, () => {
        this.#checked = undefined;
      });
    }
    return this.#checked.limits;
  }

  async #measureNow(): Promise<RunLimits> {
    const plain = await this.runPlain(scaleLimits(this.baseline, PATIENCE));
    if (tookTooLong(plain)) {
      throw new EnvironmentError(
        `the machine has become so slow that the workload takes more than ${PATIENCE} times as long as it may, with nothing ` +
          "stubbed or faked; the same command goes on from here when there is less to do",
      );
    }
    return deriveLimits([plain]);
  }
}
