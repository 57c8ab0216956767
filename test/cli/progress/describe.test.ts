// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { describeRun, formatDuration, formatTimeLeft } from "../../../src/cli/progress/describe.js";
import { cutLine } from "../../../src/cli/progress/stderr-renderer.js";

test.each([
  [0, "0.0 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 0 s"],
  [200, "3 min 20 s"],
  [3599.6, "1 h 0 min"],
  [7500, "2 h 5 min"],
])("%d seconds took %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [3, "a few seconds left"],
  [12, "about 20 s left"],
  [54, "about 60 s left"],
  [56, "about 1 min left"],
  [170, "about 3 min left"],
  [90 * 60, "about 2 h left"],
])("%d seconds are %s", (seconds, text) => {
  expect(formatTimeLeft(seconds)).toBe(text);
});

test("a name from a hostile place cannot steer a terminal", () => {
  const run = { kind: "experiment", done: 1, of: 2, works: false, seconds: 1, secondsLeft: 1 } as const;
  expect(describeRun({ ...run, description: "stub /proc/\u001b[2J" })).toBe("stub /proc/?[2J: fails (1.0 s)");
});

test("a line is cut where the terminal ends", () => {
  expect(cutLine("stub getppid", 12)).toBe("stub getppid");
  expect(cutLine("stub getppid", 11)).toBe("stub getpp…");
  expect(cutLine("🙂🙂🙂", 2)).toBe("🙂…");
});
