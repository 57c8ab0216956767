// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A run that goes on for this part of a passing one seems to pass: most failures come when the first tests use what does not work. What
 * is tried alone does mostly fail, and is waited for a little longer.
 */
const PART = { group: 1 / 3, alone: 1 / 2 } as const;

/** It has to go on for a little longer than the failures that were seen, and says nothing where that is about as long as a passing run. */
const MARGIN = 1.25;
const MOST = 0.75;

/** When failures come, so many of them have shown. */
const ENOUGH_FAILURES = 4;

/** In suites that take less, in seconds, there is nothing to be gained. */
export const LEAST_SECONDS = 4;

/** How long a run is waited for before it seems to pass, as far as the failures of the workload are known. */
export class Patience {
  #failures = 0;
  #longestFailure = 0;

  /** `passSeconds`: about how long a passing run takes. */
  constructor(private readonly passSeconds: number) {}

  /** Learns of a run that has failed. */
  note(failedAfterSeconds: number): void {
    this.#failures += 1;
    this.#longestFailure = Math.max(this.#longestFailure, failedAfterSeconds);
  }

  /** From now on all runs have to be waited for. */
  end(): void {
    this.#longestFailure = this.passSeconds;
  }

  /** For how many seconds what is tried alone or as a group is waited for. Undefined where it has to be run to the end. */
  of(tried: keyof typeof PART): number | undefined {
    const seconds = Math.max(PART[tried] * this.passSeconds, MARGIN * this.#longestFailure);
    const isKnown = this.#failures >= ENOUGH_FAILURES && seconds <= MOST * this.passSeconds;
    return isKnown && this.passSeconds >= LEAST_SECONDS ? seconds : undefined;
  }
}
