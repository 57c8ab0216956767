// SPDX-License-Identifier: GPL-3.0-or-later
import type { LogParser } from "./log-parser.js";
import type { TestSink } from "./test-recorder.js";
import type { TestOutcome } from "./test-results.js";

const OUTCOMES: ReadonlyMap<string, TestOutcome> = new Map([
  ["OK", "passed"],
  ["FAIL", "failed"],
  ["SKIP", "skipped"],
  ["EXPECTEDFAIL", "expected-failure"],
  ["UNEXPECTEDPASS", "unexpected-pass"],
  ["ERROR", "error"],
  ["TIMEOUT", "error"],
  ["INTERRUPT", "error"],
]);
const RESULT =
  /^\s*\d+\/\d+ (\S.*?) +(OK|FAIL|SKIP|EXPECTEDFAIL|UNEXPECTEDPASS|ERROR|TIMEOUT|INTERRUPT) +\d+\.\d+ ?s(?:\s|$)/;

/** Reads the line that `meson test` prints when a test has ended; its closing list of failures repeats lines and is passed over. */
export function createMesonLogParser(sink: TestSink): LogParser {
  let inSummary = false;
  return {
    line(line) {
      if (line.startsWith("Summary of Failures:")) {
        inSummary = true;
      } else if (/^Ok: +\d+/.test(line)) {
        inSummary = false;
      }
      const [, name, word] = RESULT.exec(line) ?? [];
      const outcome = OUTCOMES.get(word ?? "");
      if (!inSummary && name !== undefined && outcome !== undefined) {
        sink.report(name, outcome);
      }
    },
    end() {},
  };
}
