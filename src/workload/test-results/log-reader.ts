// SPDX-License-Identifier: GPL-3.0-or-later
import { createAutomakeLogParser } from "./automake-log.js";
import { createAutotestLogParser } from "./autotest-log.js";
import { createCTestLogParser } from "./ctest-log.js";
import { LineSplitter } from "./line-splitter.js";
import type { LogParserFactory } from "./log-parser.js";
import { createMesonLogParser } from "./meson-log.js";
import { createPytestLogParser } from "./pytest-log.js";
import { createTapLogParser } from "./tap-log.js";
import { MAX_TESTS, TestRecorder } from "./test-recorder.js";
import type { ReadableFormat, TestOutcome, TestsByFormat } from "./test-results.js";

const PARSERS: Readonly<Partial<Record<ReadableFormat, LogParserFactory>>> = {
  automake: createAutomakeLogParser,
  autotest: createAutotestLogParser,
  ctest: createCTestLogParser,
  meson: createMesonLogParser,
  tap: createTapLogParser,
  pytest: createPytestLogParser,
};

/** Told of every test at once when the log reports it. */
export type LoggedTestListener = (format: ReadableFormat, name: string, outcome: TestOutcome) => void;

/** Reads all formats from a run's output as it arrives; one run can have several. */
export class LogReader {
  readonly #recorders = new Map<ReadableFormat, TestRecorder>();
  readonly #parsers: ReturnType<LogParserFactory>[] = [];
  readonly #splitter: LineSplitter;

  constructor(onTest?: LoggedTestListener) {
    for (const [format, createParser] of Object.entries(PARSERS) as [ReadableFormat, LogParserFactory][]) {
      const recorder = new TestRecorder((name, outcome) => onTest?.(format, name, outcome));
      this.#recorders.set(format, recorder);
      this.#parsers.push(createParser(recorder));
    }
    this.#splitter = new LineSplitter((line) => {
      for (const parser of this.#parsers) {
        parser.line(line);
      }
    });
  }

  feed(chunk: string): void {
    this.#splitter.feed(chunk);
  }

  /** The log has ended: what it said, without formats that did not occur in it. */
  end(): { readonly tests: TestsByFormat; readonly problems: readonly string[] } {
    this.#splitter.end();
    for (const parser of this.#parsers) {
      parser.end();
    }
    const present = [...this.#recorders].filter(([, { tests }]) => tests.size > 0);
    return {
      tests: new Map(present.map(([format, { tests }]) => [format, tests])),
      problems: present
        .filter(([, { overflowed }]) => overflowed)
        .map(([format]) => `the log names more than ${MAX_TESTS} tests (${format}); the rest of them is not read`),
    };
  }
}
