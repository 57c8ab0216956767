// SPDX-License-Identifier: GPL-3.0-or-later
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { deriveLimits, isHang } from "../../src/analysis/run-limits.js";

function plain(cpu: number, busy: number): Parameters<typeof deriveLimits>[0][number] {
  const activity = { stalledSeconds: 0, cpuSeconds: new Map([["prog", cpu]]), busySeconds: new Map([["prog", busy]]) };
  return { seconds: 10, quietSeconds: 1, activity };
}

test("a process may use three times what it used in plain runs", () => {
  const { limitCpuSeconds } = deriveLimits([plain(2, 0), plain(4, 0)]);
  expect(limitCpuSeconds("prog")).toBe(13.5);
  expect(limitCpuSeconds("other")).toBe(1.5);
});

test("one that was busy for a time may have all processors for as long", () => {
  const busy = 100;
  expect(deriveLimits([plain(1, busy), plain(1, 0)]).limitCpuSeconds("prog")).toBe(availableParallelism() * busy + 1.5);
});

test("a run that is lost does not hang", () => {
  expect(isHang({ kind: "spin", process: "prog", seconds: 2 })).toBe(true);
  expect(isHang({ kind: "command", exitCode: 1, signal: null })).toBe(false);
  expect(isHang(undefined)).toBe(false);
});
