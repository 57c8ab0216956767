// SPDX-License-Identifier: GPL-3.0-or-later
import { AUTOMAKE_OUTCOMES } from "./automake-outcomes.js";
import type { TestSink } from "./test-recorder.js";
import { LEVEL_SEPARATOR, type TestOutcome } from "./test-results.js";

/**
 * Reads a .trs file of Automake's parallel test harness ("Log files generation and test results recording" in its manual). A script
 * with several results (TAP) has one `:test-result:` line for each. `path` is relative to the tree.
 * Returns what is wrong with the file, or undefined.
 */
export function readTrsFile(path: string, content: string, sink: TestSink): string | undefined {
  const words = Array.from(content.matchAll(/^:test-result:[ \t]*(\S+)/gm), ([, word]) => word ?? "");
  const outcomes: TestOutcome[] = [];
  for (const word of words) {
    const outcome = AUTOMAKE_OUTCOMES.get(word);
    if (outcome === undefined) {
      return `${path} holds the unknown test result "${word.slice(0, 40)}"; its tests count as not run`;
    }
    outcomes.push(outcome);
  }
  if (outcomes.length === 0) {
    return `${path} holds no :test-result: line; its tests count as not run`;
  }
  const script = path.replace(/\.trs$/, "");
  for (const [index, outcome] of outcomes.entries()) {
    sink.report(outcomes.length === 1 ? script : `${script}${LEVEL_SEPARATOR}${index + 1}`, outcome);
  }
  return undefined;
}
