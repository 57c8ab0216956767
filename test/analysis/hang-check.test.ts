// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { HangCheck } from "../../src/analysis/hang-check.js";
import { deriveLimits, type RunLimits, tookTooLong } from "../../src/analysis/run-limits.js";
import type { RunFailure, RunResult } from "../../src/workload/run-result.js";

const ACTIVITY = { stalledSeconds: 1, cpuSeconds: new Map([["sh", 3]]), busySeconds: new Map() };
const BASELINE = deriveLimits([{ seconds: 10, quietSeconds: 4, activity: ACTIVITY }]);

interface Plain {
  readonly seconds: number;
  readonly quietSeconds: number;
  readonly failure?: RunFailure;
}

/** A machine on which plain runs take these times, one after the other; the last of them from then on. */
function checkOn(...plain: readonly Plain[]): { readonly check: HangCheck; readonly given: RunLimits[] } {
  const given: RunLimits[] = [];
  const check = new HangCheck(BASELINE, async (limits) => {
    given.push(limits);
    return { activity: ACTIVITY, ...(plain[given.length - 1] ?? plain.at(-1)) } as unknown as RunResult;
  });
  return { check, given };
}

test("on a machine that is as it was, what took too long hangs, and one plain run says so for all", async () => {
  const { check, given } = checkOn({ seconds: 11, quietSeconds: 4 });
  expect(await Promise.all([check.isConclusive(BASELINE), check.isConclusive(BASELINE)])).toEqual([true, true]);
  expect(await check.isConclusive(BASELINE)).toBe(true);
  expect(check.limits).toEqual(BASELINE);
  expect(given).toHaveLength(1);
});

test("on a machine that has become slower it says nothing, and there is more time for the next", async () => {
  const { check, given } = checkOn({ seconds: 40, quietSeconds: 4 });
  expect(await check.isConclusive(BASELINE)).toBe(false);
  expect(check.limits.timeLimitSeconds).toBe(3 * 40 + 5);
  expect(await check.isConclusive(check.limits)).toBe(true);
  expect(given[0]?.timeLimitSeconds).toBe(BASELINE.timeLimitSeconds * 10);
});

test("silence that became longer counts, too", async () => {
  const { check } = checkOn({ seconds: 12, quietSeconds: 11 });
  expect(await check.isConclusive(BASELINE)).toBe(false);
  expect(check.limits.quietLimitSeconds).toBe(3 * 11 + 3);
});

test("a machine on which nothing ends any more is an error of the environment", async () => {
  const { check } = checkOn({ seconds: 350, quietSeconds: 4, failure: { kind: "time-limit", seconds: 350 } });
  await expect(check.isConclusive(BASELINE)).rejects.toThrow(/the machine has become so slow .* 10 times as long/);
});

test("waiting and processor time have limits of their own, which no busy machine exceeds", async () => {
  const plain = { seconds: 10, quietSeconds: 4 };
  const limits = deriveLimits([
    { ...plain, activity: { stalledSeconds: 0, cpuSeconds: new Map([["sh", 3]]), busySeconds: new Map() } },
    { ...plain, activity: { stalledSeconds: 1, cpuSeconds: new Map([["sh", 2]]), busySeconds: new Map() } },
  ]);
  expect(limits.stallLimitSeconds).toBe(3 * 1 + 1.5);
  expect(limits.limitCpuSeconds("sh")).toBe(3 * 3 + 1.5);
  expect(limits.limitCpuSeconds("never-seen")).toBe(1.5);
  for (const failure of [
    { kind: "stall", seconds: 5 },
    { kind: "spin", process: "sh", seconds: 5 },
  ] as const) {
    expect(tookTooLong({ failure } as RunResult)).toBe(false);
  }
});
