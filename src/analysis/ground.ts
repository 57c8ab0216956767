// SPDX-License-Identifier: GPL-3.0-or-later
import { type Experimenter, type ExperimentResult, identifyTreated, type TreatedFeature } from "./experiment.js";
import { Patience } from "./patience.js";

/** Excerpts in which what fails in the whole is looked for may take this part of the whole's time, or so many seconds. */
const LATER_PART = 1 / 6;
const LATER_EXCERPT_SECONDS = 1;

/** A narrower ground that takes more than this part of the wider one's time saves too little. */
const MOST = 0.8;

/** What a search tries its treatments on, the whole workload or an excerpt, and what it has learnt there of how long runs take. */
export class Ground {
  readonly patience: Patience;
  /** For how long suspects went on alone without failing, in seconds. */
  readonly #outlived = new Map<string, number>();
  /** By the lost test. */
  readonly #narrower = new Map<string, Promise<Ground>>();

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

  /**
   * The lost tests alone, if there are some and that takes less time than all this: there, what makes them fail is found by shorter
   * runs. Otherwise, and where a test is lost in the whole only because of what others have done, the same ground.
   */
  async narrow({ experiment, lost }: ExperimentResult): Promise<Ground> {
    const [test] = lost;
    if (test === undefined || !this.experimenter.hasSeparateTests) {
      return this;
    }
    const opening = this.#narrower.get(test) ?? this.#open(test);
    this.#narrower.set(test, opening);
    const narrower = await opening;
    const isTooNarrow =
      this.kind === "whole" && narrower !== this && (await narrower.experimenter.probe(experiment)).works;
    return isTooNarrow ? this : narrower;
  }

  /** The quicker ones of tests that are lost in the whole, without the others. Undefined where that is impossible or saves too little. */
  async openLost(lost: readonly string[]): Promise<Ground | undefined> {
    const seconds = Math.max(LATER_PART * this.experimenter.passSeconds, LATER_EXCERPT_SECONDS);
    const excerpt = await this.experimenter.openExcerpt(lost, seconds);
    return excerpt && new Ground(excerpt, "excerpt");
  }

  async #open(test: string): Promise<Ground> {
    const excerpt = await this.experimenter.openExcerpt([test], 0);
    return excerpt !== undefined && excerpt.passSeconds < MOST * this.experimenter.passSeconds
      ? new Ground(excerpt, "excerpt")
      : this;
  }

  noteOutlived(treated: TreatedFeature, seconds: number): void {
    this.#outlived.set(identifyTreated(treated), seconds);
  }

  /** Whether it went on alone for longer than so many seconds without failing. */
  hasOutlived(treated: TreatedFeature, seconds: number): boolean {
    return (this.#outlived.get(identifyTreated(treated)) ?? 0) > seconds;
  }
}
