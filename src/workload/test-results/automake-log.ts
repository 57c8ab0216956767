// SPDX-License-Identifier: GPL-3.0-or-later
import { AUTOMAKE_OUTCOMES } from "./automake-outcomes.js";
import type { LogParser } from "./log-parser.js";
import { MAX_TESTS, type TestSink } from "./test-recorder.js";
import { LEVEL_SEPARATOR } from "./test-results.js";

// Many programs print "ERROR: " and a sentence; only what can be the name of a script is a test in error.
const RESULT = /^(?:(PASS|FAIL|SKIP|XFAIL|XPASS): (\S.*)|(ERROR): (\S+(?: (?:\d+|-)(?: .*)?)?))$/;
const SUBTEST = /^(\S+) (\d+)(?: |$)/;
const FRAME = /^={3,}$/;
const PASSED_COUNT = /^(?:All )?(\d{1,7}) tests? passed$/;

/**
 * Reads the lines that Automake's harnesses, parallel and serial, print for each test. TAP subtests go by their number: descriptions
 * may change. Where only the serial harness's summary is left ("All 5 tests passed"), that many tests are known to have passed.
 */
export function createAutomakeLogParser(sink: TestSink): LogParser {
  let sawResult = false;
  let afterFrame = false;
  let passedCount = 0;
  return {
    line(line) {
      const match = RESULT.exec(line);
      const name = match?.[2] ?? match?.[4];
      const outcome = AUTOMAKE_OUTCOMES.get(match?.[1] ?? match?.[3] ?? "");
      if (outcome !== undefined && name !== undefined) {
        sawResult = true;
        const [, script, number] = SUBTEST.exec(name) ?? [];
        sink.report(number === undefined ? name : `${script}${LEVEL_SEPARATOR}${number}`, outcome);
      } else if (afterFrame) {
        passedCount += Number(PASSED_COUNT.exec(line)?.[1] ?? 0);
      }
      afterFrame = FRAME.test(line);
    },
    end() {
      for (let number = 1; !sawResult && number <= Math.min(passedCount, MAX_TESTS); number++) {
        sink.report(`test ${number}`, "passed");
      }
    },
  };
}
