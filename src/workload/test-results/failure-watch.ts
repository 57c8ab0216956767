// SPDX-License-Identifier: GPL-3.0-or-later
import { LogReader } from "./log-reader.js";
import type { Loss } from "./losses.js";
import { stripOccurrence } from "./test-recorder.js";
import type { ReadableFormat, TestResults } from "./test-results.js";

/** Names that passed in every replica's log. Where tests share a name, all of them must have: their order may change. */
function findWatched(baseline: readonly TestResults[], format: ReadableFormat): ReadonlySet<string> {
  const [first, ...others] = baseline.map(({ logged }) => logged.get(format) ?? new Map<string, never>());
  const unreliable = new Set<string>();
  for (const tests of [first ?? new Map<string, never>(), ...others]) {
    for (const [name, outcome] of tests) {
      if (outcome !== "passed") {
        unreliable.add(stripOccurrence(name));
      }
    }
  }
  const names = [...(first?.keys() ?? [])];
  return new Set(
    names.filter((name) => others.every((tests) => tests.has(name)) && !unreliable.has(stripOccurrence(name))),
  );
}

/** Follows the output of one run. */
export interface FailureWatch {
  /** Takes the next piece of the output, cut anywhere, and returns the first loss that was reported so far. */
  feed(chunk: string): Loss | undefined;
}

/**
 * Tells as soon as a run is lost: a test that passed in the baseline (all its replicas) is reported as failed, skipped or in error. That
 * a test has vanished shows only at the end.
 */
export function watchForFailure(baseline: readonly TestResults[]): FailureWatch {
  const formats = new Set(baseline.flatMap(({ logged }) => [...logged.keys()]));
  const watched = new Map(Array.from(formats, (format) => [format, findWatched(baseline, format)]));
  let loss: Loss | undefined;
  const reader = new LogReader((format, name, outcome) => {
    if (outcome !== "passed" && watched.get(format)?.has(name)) {
      loss ??= { name, was: "passed", now: outcome };
    }
  });
  return {
    feed(chunk) {
      reader.feed(chunk);
      return loss;
    },
  };
}
