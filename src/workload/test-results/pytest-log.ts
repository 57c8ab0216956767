// SPDX-License-Identifier: GPL-3.0-or-later
import type { LogParser } from "./log-parser.js";
import type { TestSink } from "./test-recorder.js";
import type { TestOutcome } from "./test-results.js";

const OUTCOMES: ReadonlyMap<string, TestOutcome> = new Map([
  ["PASSED", "passed"],
  ["FAILED", "failed"],
  ["SKIPPED", "skipped"],
  ["XFAIL", "expected-failure"],
  ["XPASS", "unexpected-pass"],
  ["ERROR", "error"],
]);
const WORD = "(PASSED|FAILED|SKIPPED|XFAIL|XPASS|ERROR)";
const RESULT = new RegExp(`^(\\S+\\.py::\\S.*?) ${WORD}(?: \\(.*\\))?(?:\\s+\\[ *\\d+%\\])?\\s*$`);
/** With pytest-xdist: "[gw0] [ 12%] PASSED test_x.py::test_a". */
const WORKER_RESULT = new RegExp(`^\\[gw\\d+\\](?: \\[ *\\d+%\\])? ${WORD} (\\S+\\.py::\\S.*?)\\s*$`);

/** The name that the JUnit report of pytest gives the test: sub/test_x.py::TestA::test_b is sub.test_x.TestA::test_b. */
function toJUnitName(id: string): string {
  const bracket = id.indexOf("[");
  const [path = "", parameters = ""] = bracket < 0 ? [id] : [id.slice(0, bracket), id.slice(bracket)];
  const [file = "", ...parts] = path.split("::");
  const test = parts.pop() ?? "";
  return `${[file.replace(/\.py$/, "").replaceAll("/", "."), ...parts].join(".")}::${test}${parameters}`;
}

/** Reads the line that `pytest -v` prints for each test. An error at teardown comes as a second line about a test that passed. */
export function createPytestLogParser(sink: TestSink): LogParser {
  const seen = new Set<string>();
  return {
    line(line) {
      const [, id, word] = RESULT.exec(line) ?? [];
      const [, workerWord, workerId] = WORKER_RESULT.exec(line) ?? [];
      const test = id ?? workerId;
      const outcome = OUTCOMES.get(word ?? workerWord ?? "");
      if (test === undefined || outcome === undefined) {
        return;
      }
      const name = toJUnitName(test);
      if (outcome === "error" && seen.has(name)) {
        sink.amend(name, outcome);
      } else {
        seen.add(name);
        sink.report(name, outcome);
      }
    },
    end() {},
  };
}
