// SPDX-License-Identifier: GPL-3.0-or-later
import { AUTOMAKE_OUTCOMES } from "./automake-outcomes.js";
import type { LogParser } from "./log-parser.js";
import { MAX_TESTS, type TestSink } from "./test-recorder.js";
import { LEVEL_SEPARATOR } from "./test-results.js";

// Many programs print "ERROR: " and a sentence; only what can be the name of a script is a test in error.
const RESULT = /^(?:(PASS|FAIL|SKIP|XFAIL|XPASS): (\S.*)|(ERROR): (\S+(?: (?:\d+|-)(?: .*)?)?))$/;
const SUBTEST = /^(\S+) (\d+)(?: |$)/;
const FRAME = /^={3,}$/;
/** Comes in a test-suite.log before what it says of tests. */
const CONTENTS = /^\.\. contents::/;
const PASSED_COUNT = /^(?:All )?(\d{1,7}) tests? passed$/;

/**
 * Reads the lines that Automake's harnesses, parallel and serial, print for each test. TAP subtests go by their number: descriptions
 * may change. In a test-suite.log that is printed, a heading names the test without its suffix, "FAIL: NAME" above as many equals signs;
 * that is no other test. Where only the serial harness's summary is left ("All 5 tests passed"), that many tests are known to have passed.
 */
export function createAutomakeLogParser(sink: TestSink): LogParser {
  let sawResult = false;
  let before = "";
  let headingsFollow = false;
  let passedCount = 0;
  /** What may turn out to be a heading. */
  let held: string | undefined;

  const report = (line: string): void => {
    const match = RESULT.exec(line);
    const name = match?.[2] ?? match?.[4];
    const outcome = AUTOMAKE_OUTCOMES.get(match?.[1] ?? match?.[3] ?? "");
    if (outcome !== undefined && name !== undefined) {
      sawResult = true;
      const [, script, number] = SUBTEST.exec(name) ?? [];
      sink.report(number === undefined ? name : `${script}${LEVEL_SEPARATOR}${number}`, outcome);
    } else if (FRAME.test(before)) {
      passedCount += Number(PASSED_COUNT.exec(line)?.[1] ?? 0);
    }
  };
  const release = (): void => {
    if (held !== undefined) {
      report(held);
      held = undefined;
    }
  };
  return {
    line(line) {
      if (held !== undefined && FRAME.test(line) && line.length === held.length) {
        held = undefined;
      }
      release();
      if (headingsFollow && RESULT.test(line)) {
        held = line;
      } else {
        report(line);
      }
      headingsFollow ||= CONTENTS.test(line);
      before = line;
    },
    end() {
      release();
      for (let number = 1; !sawResult && number <= Math.min(passedCount, MAX_TESTS); number++) {
        sink.report(`test ${number}`, "passed");
      }
    },
  };
}
