// SPDX-License-Identifier: GPL-3.0-or-later
import { type Expectation, NOTHING_EXPECTED } from "./expectation.js";
import type { RunFailure } from "./run-result.js";
import { type FailureWatch, watchForFailure } from "./test-results/failure-watch.js";

const CHECK_MILLISECONDS = 100;

/** Follows the output of a run, and tells as soon as the run is lost: what it still does would not change the verdict. */
export class OutputWatch {
  readonly #failures: FailureWatch | undefined;
  readonly #quietLimitSeconds: number;
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #longestQuiet = 0;
  #failure: RunFailure | undefined;

  /** `onLost` is called once at most. The watch has to be closed. */
  constructor(
    expected: Expectation = NOTHING_EXPECTED,
    private readonly onLost: () => void = () => undefined,
  ) {
    this.#failures = expected.tests.length === 0 ? undefined : watchForFailure(expected.tests);
    this.#quietLimitSeconds = expected.quietLimitSeconds;
    this.#timer = setInterval(() => this.#check(), CHECK_MILLISECONDS).unref();
  }

  readonly feed = (text: string): void => {
    this.#noteQuiet();
    this.#last = performance.now();
    const loss = this.#failures?.feed(text);
    if (loss !== undefined) {
      this.#lose({ kind: "tests", losses: [loss] });
    }
  };

  /** Why the run was given up, if it was. */
  get failure(): RunFailure | undefined {
    return this.#failure;
  }

  /** Ends the watch; returns the longest time in seconds in which nothing was printed, the time until the end included. */
  close(): number {
    clearInterval(this.#timer);
    this.#noteQuiet();
    return this.#longestQuiet;
  }

  #noteQuiet(): void {
    this.#longestQuiet = Math.max(this.#longestQuiet, this.#quietSeconds());
  }

  #quietSeconds(): number {
    return (performance.now() - this.#last) / 1000;
  }

  #check(): void {
    if (this.#quietSeconds() > this.#quietLimitSeconds) {
      this.#lose({ kind: "quiet", seconds: this.#quietLimitSeconds });
    }
  }

  #lose(failure: RunFailure): void {
    if (this.#failure === undefined) {
      this.#failure = failure;
      this.onLost();
    }
  }
}
