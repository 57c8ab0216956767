// SPDX-License-Identifier: GPL-3.0-or-later
import { type Expectation, NOTHING_EXPECTED } from "./expectation.js";
import { OutputWatch } from "./output-watch.js";

/**
 * Follows what a server and its test script print together. How long that is nothing is measured in the whole run and limited
 * only while the script runs: how long a server may take to start has a limit of its own.
 */
export class QuietWatch {
  readonly #run = new OutputWatch();
  #limit: OutputWatch | undefined;

  readonly feed = (text: string): void => {
    this.#run.feed(text);
    this.#limit?.feed(text);
  };

  /** The time without output counts from now on; `onQuiet` is called when it becomes too long. To be closed. */
  limit({ quietLimitSeconds }: Expectation = NOTHING_EXPECTED, onQuiet: () => void): OutputWatch {
    // Tests are what suites report; a script is judged by its end.
    this.#limit = new OutputWatch({ ...NOTHING_EXPECTED, quietLimitSeconds }, onQuiet);
    return this.#limit;
  }

  /** Ends the watch; returns the longest time in seconds in which nothing was printed. */
  close(): number {
    return this.#run.close();
  }
}
