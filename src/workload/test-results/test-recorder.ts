// SPDX-License-Identifier: GPL-3.0-or-later
import { normalizeName } from "./names.js";
import { type TestMap, type TestOutcome, worseOutcome } from "./test-results.js";

/** More tests than any suite has; what comes after them is not kept. */
export const MAX_TESTS = 200_000;

/** Where a parser puts what it reads. */
export interface TestSink {
  /** A test has ended. The second one of a name is called `name (2)`, and so on. */
  report(name: string, outcome: TestOutcome): void;
  /** More about the test of this name that was reported last; the worse outcome holds. */
  amend(name: string, outcome: TestOutcome): void;
}

/** Collects tests under names that are unique in the run and stable between runs. */
export class TestRecorder implements TestSink {
  readonly #tests = new Map<string, TestOutcome>();
  readonly #occurrences = new Map<string, number>();
  #overflowed = false;

  constructor(private readonly onTest?: (name: string, outcome: TestOutcome) => void) {}

  get tests(): TestMap {
    return this.#tests;
  }

  /** Whether there were more than MAX_TESTS tests. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  report(name: string, outcome: TestOutcome): void {
    if (this.#tests.size >= MAX_TESTS) {
      this.#overflowed = true;
      return;
    }
    const base = normalizeName(name);
    let occurrence = (this.#occurrences.get(base) ?? 0) + 1;
    while (this.#tests.has(nameOccurrence(base, occurrence))) {
      occurrence++;
    }
    this.#occurrences.set(base, occurrence);
    this.#set(nameOccurrence(base, occurrence), outcome);
  }

  amend(name: string, outcome: TestOutcome): void {
    const base = normalizeName(name);
    const latest = nameOccurrence(base, this.#occurrences.get(base) ?? 1);
    const before = this.#tests.get(latest);
    if (before === undefined) {
      this.report(name, outcome);
    } else {
      this.#set(latest, worseOutcome(before, outcome));
    }
  }

  #set(name: string, outcome: TestOutcome): void {
    this.#tests.set(name, outcome);
    this.onTest?.(name, outcome);
  }
}

function nameOccurrence(base: string, occurrence: number): string {
  return occurrence === 1 ? base : `${base} (${occurrence})`;
}

/** The name under which the first test of its kind was recorded. */
export function stripOccurrence(name: string): string {
  return name.replace(/ \(\d+\)$/, "");
}
