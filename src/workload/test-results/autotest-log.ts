// SPDX-License-Identifier: GPL-3.0-or-later
import type { LogParser } from "./log-parser.js";
import type { TestSink } from "./test-recorder.js";
import type { TestOutcome } from "./test-results.js";

const RESULT =
  /^ *(\d{1,6}): (\S.*?) +(ok|skipped \(.*\)|expected failure(?: \(.*\))?|FAILED \(.*\)|UNEXPECTED PASS)\s*$/;

function toOutcome(verdict: string): TestOutcome {
  if (verdict === "ok") {
    return "passed";
  }
  if (verdict === "UNEXPECTED PASS") {
    return "unexpected-pass";
  }
  if (verdict.startsWith("expected failure")) {
    return "expected-failure";
  }
  return verdict.startsWith("skipped") ? "skipped" : "failed";
}

/** Reads what a GNU Autotest suite prints for each test group ("Using Autotest" in Autoconf's manual). */
export function createAutotestLogParser(sink: TestSink): LogParser {
  return {
    line(line) {
      const [, number, title, verdict] = RESULT.exec(line) ?? [];
      if (number !== undefined && title !== undefined && verdict !== undefined) {
        sink.report(`${number}: ${title}`, toOutcome(verdict));
      }
    },
    end() {},
  };
}
