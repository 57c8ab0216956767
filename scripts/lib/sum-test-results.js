// SPDX-License-Identifier: GPL-3.0-or-later
// node sum-test-results.js DIRECTORY NAME...: adds up DIRECTORY/NAME.json, the results of vitest's JSON reporter, and prints
// "N passed, N failed". Exits 1 when a test failed, a run left no results, or nothing ran at all.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [directory, ...names] = process.argv.slice(2);

/** One run's numbers. A test file that could not even be loaded has no tests to count: it counts as one failure. */
function readResults(name) {
  try {
    const results = JSON.parse(readFileSync(join(directory, `${name}.json`), "utf8"));
    const unloadable = results.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    return { passed: results.numPassedTests, failed: results.numFailedTests + unloadable.length };
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    process.stderr.write(`The ${name} run of vitest left no results: it did not start, or was killed\n`);
    return { passed: 0, failed: 0, missing: true };
  }
}

const runs = names.map(readResults);
const passed = runs.reduce((sum, run) => sum + run.passed, 0);
const failed = runs.reduce((sum, run) => sum + run.failed, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 || runs.some((run) => run.missing) ? 1 : 0;
