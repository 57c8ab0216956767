// SPDX-License-Identifier: GPL-3.0-or-later
// node sum-test-results.js DIRECTORY NAME...: adds up DIRECTORY/NAME.json, the results of vitest's JSON reporter, names each test that
// failed, or passed at its second attempt only, with the beginning of its message, and prints "N passed, N failed" as the last line.
// Exits 1 when a test failed, a run left no results, or nothing ran at all.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Lines of a failed test's message that are printed: enough for the assertion and its difference, not for a dump of output. */
const MESSAGE_LINES = 30;
const LINE_WIDTH = 300;

const [directory, ...names] = process.argv.slice(2);

/** What is to be said of a test: nothing where it passed at once. vitest keeps the messages of attempts that were repeated. */
function describeTest(file, { status, fullName, failureMessages = [] }) {
  const kind = status === "failed" ? "FAILED" : status === "passed" && failureMessages.length > 0 ? "FLAKY" : undefined;
  return kind === undefined ? [] : [{ kind, file: file.name, title: fullName, message: failureMessages.join("\n") }];
}

/** One run's numbers. A test file that could not even be loaded has no tests to count: it counts as one failure. */
function readResults(name) {
  try {
    const results = JSON.parse(readFileSync(join(directory, `${name}.json`), "utf8"));
    const unloadable = results.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    const failures = [
      ...unloadable.map((file) => ({
        kind: "FAILED",
        file: file.name,
        title: "could not be loaded",
        message: file.message,
      })),
      ...results.testResults.flatMap((file) => file.assertionResults.flatMap((test) => describeTest(file, test))),
    ];
    return { name, passed: results.numPassedTests, failed: results.numFailedTests + unloadable.length, failures };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    process.stderr.write(`The ${name} run of vitest left no results: it did not start, or was killed\n`);
    return { name, passed: 0, failed: 0, failures: [], missing: true };
  }
}

/** A failed test as it is printed: which, and why. */
function describeFailure(run, { kind, file, title, message }) {
  const lines = (message ?? "").split("\n").slice(0, MESSAGE_LINES);
  return [`${kind} (${run}) ${file}: ${title}`, ...lines.map((line) => `    ${line.slice(0, LINE_WIDTH)}`)].join("\n");
}

const runs = names.map(readResults);
const passed = runs.reduce((sum, run) => sum + run.passed, 0);
const failed = runs.reduce((sum, run) => sum + run.failed, 0);
for (const run of runs) {
  for (const failure of run.failures) process.stdout.write(`${describeFailure(run.name, failure)}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 || runs.some((run) => run.missing) ? 1 : 0;
