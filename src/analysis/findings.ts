// SPDX-License-Identifier: GPL-3.0-or-later
import { identifyTreated, type TreatedFeature } from "./experiment.js";
import type { TreatmentResult } from "./feature.js";

/** What a search has found out of single treatments. */
export class Findings {
  readonly #results = new Map<string, TreatmentResult>();

  /** Throws Error where nothing is known, which is a mistake of the search. */
  of(treated: TreatedFeature): TreatmentResult {
    const result = this.find(treated);
    if (result === undefined) {
      throw new Error(`nothing is known about ${identifyTreated(treated)}`);
    }
    return result;
  }

  find(treated: TreatedFeature): TreatmentResult | undefined {
    return this.#results.get(identifyTreated(treated));
  }

  /** One failure decides: a success elsewhere, in a group or in another excerpt, does not count against it. */
  note(treated: TreatedFeature, result: TreatmentResult): void {
    if (this.find(treated)?.works !== false) {
      this.#results.set(identifyTreated(treated), result);
    }
  }

  /** Whether something was seen to fail alone. */
  hasFailed(treated: TreatedFeature): boolean {
    return this.find(treated)?.works === false;
  }

  works(treated: TreatedFeature): boolean {
    return this.of(treated).works;
  }

  /** Whether it only seems to work: no run of the whole workload has shown it. */
  isLead(treated: TreatedFeature): boolean {
    const { works, runs } = this.of(treated);
    return works && runs === 0;
  }
}
