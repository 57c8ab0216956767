// SPDX-License-Identifier: GPL-3.0-or-later
import { basename, dirname } from "node:path";
import { type JUnitTest, parseJUnit } from "./junit-xml.js";
import { PYTEST_REPORT } from "./result-variables.js";
import type { TestSink } from "./test-recorder.js";
import { LEVEL_SEPARATOR, type ReadableFormat } from "./test-results.js";

type JUnitFormat = Extract<ReadableFormat, "meson" | "pytest" | "junit">;

function qualify({ name, className, suite }: JUnitTest): string {
  const scope = className === "" ? suite : className;
  return scope === "" || scope === name ? name : `${scope}::${name}`;
}

/**
 * Meson names a test "PROJECT:SUITE / TEST" as on its standard output, with the project as the class. The subtests of a TAP or GoogleTest
 * program have "PROJECT." and that name as their class.
 */
function nameMesonTest({ name, className }: JUnitTest): string {
  const isWholeTest = name.startsWith(`${className} / `) || name.startsWith(`${className}:`);
  return isWholeTest ? name : `${className.replace(/^[^.]*\./, "")}${LEVEL_SEPARATOR}${name}`;
}

function nameTest(format: JUnitFormat, path: string, test: JUnitTest): string {
  switch (format) {
    case "meson":
      return nameMesonTest(test);
    case "pytest":
      return dirname(path) === "." ? qualify(test) : `${dirname(path)}${LEVEL_SEPARATOR}${qualify(test)}`;
    case "junit":
      return `${path}${LEVEL_SEPARATOR}${qualify(test)}`;
  }
}

function tellFormat(path: string, tests: readonly JUnitTest[]): JUnitFormat {
  if (basename(path) === "testlog.junit.xml") {
    return "meson";
  }
  return basename(path) === PYTEST_REPORT || tests[0]?.suite === "pytest" ? "pytest" : "junit";
}

/**
 * Reads a JUnit report; `path` is relative to the tree and becomes part of the names where a tree can have several such reports.
 * Returns what is wrong with the file, or undefined.
 */
export function readJUnitFile(
  path: string,
  content: string,
  sinks: Readonly<Record<JUnitFormat, TestSink>>,
): string | undefined {
  const report = parseJUnit(content);
  if (report.kind === "unreadable") {
    return `${path} is not read: ${report.reason}; its tests count as not run`;
  }
  const format = tellFormat(path, report.tests);
  for (const test of report.tests) {
    sinks[format].report(nameTest(format, path, test), test.outcome);
  }
  return undefined;
}
