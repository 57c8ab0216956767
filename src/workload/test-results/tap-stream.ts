// SPDX-License-Identifier: GPL-3.0-or-later
import { isTapPlan, readTapTest, type TapTest } from "./tap-line.js";
import type { TestSink } from "./test-recorder.js";
import { LEVEL_SEPARATOR, type TestOutcome } from "./test-results.js";

/** Results of subtests that are kept until the test that they belong to is reported. */
const MAX_PENDING = 10_000;

interface Pending {
  readonly path: string;
  readonly outcome: TestOutcome;
}

/**
 * Names the tests of one TAP stream after another by their numbers: `t/foo.t > 3`, a subtest `t/foo.t > 3 > 1`, and `test 3` where the
 * file is not known. Descriptions are no part of the name, for they may change from run to run.
 */
export class TapStream {
  #file: string | undefined;
  #planned = false;
  /** By depth. */
  #lastNumbers: number[] = [];
  #pending: Pending[][] = [];
  #pendingCount = 0;

  constructor(private readonly sink: TestSink) {}

  get file(): string | undefined {
    return this.#file;
  }

  /** A new stream begins, of `file` where that is known. */
  begin(file: string | undefined): void {
    this.#file = file;
    this.#planned = false;
    this.#lastNumbers = [];
    this.#pending = [];
    this.#pendingCount = 0;
  }

  line(line: string): void {
    if (isTapPlan(line)) {
      if (this.#planned) {
        this.begin(this.#file);
      }
      this.#planned = true;
      return;
    }
    const test = readTapTest(line);
    if (test !== undefined) {
      this.#take(test);
    }
  }

  #take({ depth, number, outcome }: TapTest): void {
    const own = number ?? (this.#lastNumbers[depth] ?? 0) + 1;
    this.#lastNumbers.length = depth + 1;
    this.#lastNumbers[depth] = own;
    const children = this.#pending[depth + 1] ?? [];
    this.#pending.length = Math.min(this.#pending.length, depth + 1);
    this.#pendingCount -= children.length;
    const results = [
      ...children.map(({ path, outcome }) => ({ path: `${own}${LEVEL_SEPARATOR}${path}`, outcome })),
      { path: String(own), outcome },
    ];
    for (const result of results) {
      this.#deliver(depth, result);
    }
  }

  #deliver(depth: number, result: Pending): void {
    if (depth === 0) {
      const name = this.#file === undefined ? `test ${result.path}` : `${this.#file}${LEVEL_SEPARATOR}${result.path}`;
      this.sink.report(name, result.outcome);
    } else if (this.#pendingCount < MAX_PENDING) {
      this.#pendingCount++;
      const list = this.#pending[depth] ?? [];
      list.push(result);
      this.#pending[depth] = list;
    }
  }
}
