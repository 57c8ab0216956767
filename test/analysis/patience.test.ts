// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { Patience } from "../../src/analysis/patience.js";

function seeFailures(patience: Patience, ...seconds: readonly number[]): Patience {
  for (const failedAfter of seconds) {
    patience.note(failedAfter);
  }
  return patience;
}

describe("how long a run is waited for", () => {
  test("is a part of a passing run, longer where failures were, once these are known", () => {
    const patience = new Patience(120);
    seeFailures(patience, 1, 2, 10);
    expect(patience.of("group")).toBeUndefined();
    seeFailures(patience, 1);
    expect(patience.of("group")).toBe(40);
    expect(patience.of("alone")).toBe(60);
    seeFailures(patience, 40, 30);
    expect(patience.of("group")).toBe(50);
  });

  test("has no end where failures come about as late as successes, in short suites, and when that was said", () => {
    expect(seeFailures(new Patience(120), 1, 2, 3, 80).of("group")).toBeUndefined();
    expect(seeFailures(new Patience(3), 1, 1, 1, 1).of("group")).toBeUndefined();
    const ended = seeFailures(new Patience(120), 1, 1, 1, 1);
    ended.end();
    expect(ended.of("alone")).toBeUndefined();
  });
});
