// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { collectResults } from "../../../src/workload/test-results/collect.js";
import { watchForFailure } from "../../../src/workload/test-results/failure-watch.js";
import { fixture, readLogText } from "./fixtures.js";

describe.each([
  ["automake/parallel.log", "PASS: pass.sh", "FAIL: pass.sh", "failed"],
  [
    "ctest/plain.log",
    "passes ...........................   Passed ",
    "passes ...........................***Failed ",
    "failed",
  ],
  [
    "ctest/plain.log",
    "passes ...........................   Passed ",
    "passes ...........................***Skipped ",
    "skipped",
  ],
  ["meson/plain.log", "passes           OK  ", "passes           FAIL", "failed"],
  ["tap/prove.log", "t/pass.t ....... ok", "t/pass.t ....... \nFailed 1/2 subtests ", "failed"],
  ["tap/prove-verbose.log", "ok 2 - closes\nok", "not ok 2 - closes\nok", "failed"],
  ["tap/bare.log", "ok 1 - a", "not ok 1 - a", "failed"],
  ["pytest/verbose.log", "test_passes PASSED", "test_passes ERROR", "error"],
  [
    "autotest/plain.log",
    "passes                                          ok",
    "passes                FAILED (a.at:1)",
    "failed",
  ],
])("%s with %j as %j", (file, passing, failing, now) => {
  test("is lost at that line and not before", async () => {
    const baseline = await collectResults({ logFile: fixture(file) });
    const log = await readFile(fixture(file), "utf8");
    const changed = log.replace(passing, failing);
    expect(changed).not.toBe(log);
    const end = changed.indexOf(failing) + failing.length;
    const watch = watchForFailure([baseline, baseline]);
    expect(watch.feed(changed.slice(0, changed.indexOf(failing)))).toBeUndefined();
    // Up to the end of the line, byte by byte: chunks end anywhere.
    let loss = watch.feed("");
    for (const character of changed.slice(changed.indexOf(failing), changed.indexOf("\n", end) + 1)) {
      loss = watch.feed(character);
    }
    expect(loss).toMatchObject({ was: "passed", now });
  });

  test("is not lost when nothing changes", async () => {
    const baseline = await collectResults({ logFile: fixture(file) });
    expect(watchForFailure([baseline]).feed(await readFile(fixture(file), "utf8"))).toBeUndefined();
  });
});

test("a test that one replica does not pass is not watched", async () => {
  const baseline = await Promise.all(["PASS: a\nPASS: b\n", "FAIL: a\nPASS: b\n"].map(readLogText));
  expect(watchForFailure(baseline).feed("FAIL: a\n")).toBeUndefined();
  expect(watchForFailure(baseline).feed("FAIL: b\n")).toMatchObject({ name: "b" });
});

test("tests that share a name may come in another order", async () => {
  const baseline = [await readLogText("PASS: a\nFAIL: a\n")];
  expect(watchForFailure(baseline).feed("FAIL: a\nPASS: a\n")).toBeUndefined();
});
