// SPDX-License-Identifier: GPL-3.0-or-later
import { type Experimenter, type ExperimentResult, identifyTreated, type TreatedFeature } from "./experiment.js";
import { Patience } from "./patience.js";

/** What a search tries its treatments on, the whole workload or an excerpt, and what it has learnt there of how long runs take. */
export class Ground {
  readonly patience: Patience;
  /** For how long suspects went on alone without failing, in seconds. */
  readonly #outlived = new Map<string, number>();

  constructor(
    readonly experimenter: Experimenter,
    readonly kind: "whole" | "excerpt",
  ) {
    this.patience = new Patience(experimenter.passSeconds);
  }

  /** Learns when failures come. */
  learn({ works, seconds }: ExperimentResult): void {
    if (!works) {
      this.patience.note(seconds);
    }
  }

  noteOutlived(treated: TreatedFeature, seconds: number): void {
    this.#outlived.set(identifyTreated(treated), seconds);
  }

  /** Whether it went on alone for longer than so many seconds without failing. */
  hasOutlived(treated: TreatedFeature, seconds: number): boolean {
    return (this.#outlived.get(identifyTreated(treated)) ?? 0) > seconds;
  }
}
