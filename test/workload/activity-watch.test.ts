// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ActivityWatch } from "../../src/workload/activity-watch.js";
import { NOTHING_EXPECTED } from "../../src/workload/expectation.js";

test("where no process is seen, nothing is said to wait", async () => {
  const watch = new ActivityWatch();
  // No process has this number (the kernel's own PID_MAX_LIMIT is 2^22).
  watch.follow(2 ** 22 + 1);
  watch.limit({ ...NOTHING_EXPECTED, stallLimitSeconds: 0.3 }, () => undefined);
  await sleep(1200);
  expect(watch.close()).toEqual({ stalledSeconds: 0, cpuSeconds: new Map(), busySeconds: new Map() });
  expect(watch.failure).toBeUndefined();
});

test("of a process that is busy for a time, it is known for how long; of one that waits, it is not", async () => {
  const watch = new ActivityWatch();
  const children = ["while :; do :; done", "sleep 2; :"].map((script) => spawn("sh", ["-c", script]));
  try {
    watch.follow(process.pid);
    await sleep(1200);
    const { busySeconds } = watch.close();
    expect(busySeconds.get("sh")).toBeGreaterThan(0.7);
    expect([...busySeconds.keys()]).not.toContain("sleep");
  } finally {
    for (const child of children) {
      child.kill("SIGKILL");
    }
  }
});
