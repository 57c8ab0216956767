// SPDX-License-Identifier: GPL-3.0-or-later

/** How one test ended. `error`: it could not be carried out, or ended outside its own judgement. */
export type TestOutcome = "passed" | "failed" | "skipped" | "expected-failure" | "unexpected-pass" | "error";

/** The formats that are read, in the order in which they are merged. `none`: no test can be told apart, the exit status decides. */
export type TestFormat = "automake" | "autotest" | "ctest" | "meson" | "tap" | "pytest" | "junit" | "none";

export const READABLE_FORMATS = ["automake", "autotest", "ctest", "meson", "tap", "pytest", "junit"] as const;

export type ReadableFormat = (typeof READABLE_FORMATS)[number];

/** Outcomes by the name of the test. A name is unique in a run and the same in every run. */
export type TestMap = ReadonlyMap<string, TestOutcome>;

export type TestsByFormat = ReadonlyMap<ReadableFormat, TestMap>;

/** What one run of a suite said of its tests. */
export interface TestResults {
  /** The format that most of the tests were read from. */
  readonly format: TestFormat;
  readonly tests: TestMap;
  /** What the log alone said, in the names it uses: what an early stop goes by. */
  readonly logged: TestsByFormat;
  /** Sentences for a person about what could not be read; its tests are missing from `tests`. */
  readonly problems: readonly string[];
}

const SEVERITY: Readonly<Record<TestOutcome, number>> = {
  passed: 0,
  "unexpected-pass": 1,
  "expected-failure": 2,
  skipped: 3,
  failed: 4,
  error: 5,
};

/** The one of two reports on the same test that promises less. */
export function worseOutcome(first: TestOutcome, second: TestOutcome): TestOutcome {
  return SEVERITY[second] > SEVERITY[first] ? second : first;
}

/** Separates the levels of a name: a file, a test in it, a subtest of that. */
export const LEVEL_SEPARATOR = " > ";
