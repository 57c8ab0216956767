// SPDX-License-Identifier: GPL-3.0-or-later
import {
  READABLE_FORMATS,
  type ReadableFormat,
  type TestFormat,
  type TestMap,
  type TestOutcome,
  type TestsByFormat,
  worseOutcome,
} from "./test-results.js";

const NO_TESTS: TestMap = new Map();

function unite(first: TestMap, second: TestMap): TestMap {
  const united = new Map(first);
  for (const [name, outcome] of second) {
    united.set(name, worseOutcome(united.get(name) ?? outcome, outcome));
  }
  return united;
}

/**
 * Files say more than the log (subtests, directories) and stand for it, unless the log names more tests: then a later part of the suite has
 * overwritten the files of an earlier one, or has left none. Meson's report passes tests that have timed out, which its log does not, and the
 * two agree in their names.
 */
function choose(format: ReadableFormat, files: TestMap, log: TestMap): readonly TestMap[] {
  if (format === "meson") {
    return [unite(files, log)];
  }
  return log.size > files.size ? [files, log] : [files];
}

/** One set of names out of all formats and sources. A name that is taken already gets its format as an addition. */
export function mergeTests(
  files: TestsByFormat,
  log: TestsByFormat,
): { readonly format: TestFormat; readonly tests: TestMap } {
  const tests = new Map<string, TestOutcome>();
  let most: { format: TestFormat; size: number } = { format: "none", size: 0 };
  for (const format of READABLE_FORMATS) {
    const before = tests.size;
    for (const source of choose(format, files.get(format) ?? NO_TESTS, log.get(format) ?? NO_TESTS)) {
      for (const [name, outcome] of source) {
        const key = tests.has(name) ? `${name} [${format}]` : name;
        tests.set(key, worseOutcome(tests.get(key) ?? outcome, outcome));
      }
    }
    if (tests.size - before > most.size) {
      most = { format, size: tests.size - before };
    }
  }
  return { format: most.format, tests };
}
