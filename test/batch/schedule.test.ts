// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { Schedule } from "../../src/batch/schedule.js";

const never = new AbortController().signal;

test("gives items out in their order, each once", async () => {
  const schedule = new Schedule(["a", "b"]);
  expect([await schedule.take(never), await schedule.take(never)]).toEqual(["a", "b"]);
  schedule.finish();
  schedule.finish();
  expect(await schedule.take(never)).toBeUndefined();
});

test("what is put back comes after its pause, and others before it", async () => {
  const schedule = new Schedule(["a", "b"]);
  await schedule.take(never);
  schedule.putBack("a again", 0.05);
  expect(await schedule.take(never)).toBe("b");
  schedule.finish();
  const before = performance.now();
  expect(await schedule.take(never)).toBe("a again");
  expect(performance.now() - before).toBeGreaterThan(10);
});

test("one that waits for another to be put back gets it", async () => {
  const schedule = new Schedule(["a"]);
  await schedule.take(never);
  const waiting = schedule.take(never);
  schedule.putBack("a again", 0);
  expect(await waiting).toBe("a again");
  const last = schedule.take(never);
  schedule.finish();
  expect(await last).toBeUndefined();
});

test("nothing is given out any more when it is to end", async () => {
  const schedule = new Schedule(["a"]);
  await schedule.take(never);
  const stop = new AbortController();
  const waiting = schedule.take(stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
});
