// SPDX-License-Identifier: GPL-3.0-or-later
import type { LogParser } from "./log-parser.js";
import type { TestSink } from "./test-recorder.js";
import type { TestOutcome } from "./test-results.js";

const RESULT = /^\s*(?:\d+\/\d+ )?Test +#\d+: (\S.*?) \.{3,}\s*(Passed\b|\*{3}.*)/;

function toOutcome(verdict: string): TestOutcome {
  if (verdict === "Passed") {
    return "passed";
  }
  // "***Skipped", and "***Not Run (Disabled)"; a "***Not Run" without reason is an executable that is missing.
  if (/^\*{3}(?:Skipped|Not Run \(Disabled\))/.test(verdict)) {
    return "skipped";
  }
  return verdict.startsWith("***Failed") ? "failed" : "error";
}

/** Reads the line that ctest(1) prints when a test has ended. */
export function createCTestLogParser(sink: TestSink): LogParser {
  return {
    line(line) {
      const [, name, verdict] = RESULT.exec(line) ?? [];
      if (name !== undefined && verdict !== undefined) {
        sink.report(name, toOutcome(verdict));
      }
    },
    end() {},
  };
}
