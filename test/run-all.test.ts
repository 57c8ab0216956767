// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { runAll, waitForAll } from "../src/run-all.js";

async function wait(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

test("gives the results in the order of the items, whatever ends first", async () => {
  const results = await runAll([30, 10, 20], async (milliseconds, index) => {
    await wait(milliseconds);
    return `${index}: ${milliseconds}`;
  });
  expect(results).toEqual(["0: 30", "1: 10", "2: 20"]);
});

test("what fails is thrown when all has ended, and it is that of the first item", async () => {
  const ended: number[] = [];
  const work = async (milliseconds: number): Promise<void> => {
    await wait(milliseconds);
    ended.push(milliseconds);
    if (milliseconds !== 40) {
      throw new Error(`${milliseconds} failed`);
    }
  };
  await expect(runAll([20, 10, 40], work)).rejects.toThrow("20 failed");
  expect(ended).toEqual([10, 20, 40]);
});

test("waits for pieces of work that give different things", async () => {
  expect(await waitForAll([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
  let ended = false;
  const slow = wait(20).then(() => {
    ended = true;
  });
  await expect(waitForAll([Promise.reject(new Error("failed")), slow])).rejects.toThrow("failed");
  expect(ended).toBe(true);
});
