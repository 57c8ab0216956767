// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { Patience } from "../../src/analysis/patience.js";

describe("how long a run is waited for", () => {
  test("is a part of a passing run, longer where failures were", () => {
    const patience = new Patience(100);
    expect(patience.seconds).toBe(40);
    patience.note(10);
    expect(patience.seconds).toBe(40);
    patience.note(40);
    patience.note(30);
    expect(patience.seconds).toBe(50);
  });

  test("has no end where failures come about as late as successes, in short suites, and when that was said", () => {
    const late = new Patience(100);
    late.note(70);
    expect(late.seconds).toBeUndefined();
    expect(new Patience(3).seconds).toBeUndefined();
    const ended = new Patience(100);
    ended.end();
    expect(ended.seconds).toBeUndefined();
  });
});
