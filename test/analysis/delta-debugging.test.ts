// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { type FindFailing, minimizeFailure } from "../../src/analysis/delta-debugging.js";

const ITEMS = Array.from({ length: 20 }, (_, index) => index);

function failsWith(...culprits: readonly (readonly number[])[]): FindFailing<number> {
  return async (subsets) => {
    const index = subsets.findIndex((subset) =>
      culprits.some((culprit) => culprit.every((item) => subset.includes(item))),
    );
    return index >= 0 ? index : undefined;
  };
}

test.each([[[7]], [[0, 19]], [[3, 4, 5]], [[1, 10, 18, 19]]])("finds %j", async (culprit) => {
  expect(await minimizeFailure(ITEMS, failsWith(culprit))).toEqual(culprit);
});

test("finds one of several", async () => {
  const found = await minimizeFailure(ITEMS, failsWith([2, 3], [11, 17]));
  expect([
    [2, 3],
    [11, 17],
  ]).toContainEqual(found);
});

test("what cannot be made smaller stays whole", async () => {
  expect(await minimizeFailure([1, 2, 3], failsWith([1, 2, 3]))).toEqual([1, 2, 3]);
  expect(await minimizeFailure([1], failsWith([1]))).toEqual([1]);
});

test("needs far fewer tries than there are subsets", async () => {
  let tries = 0;
  await minimizeFailure(ITEMS, async (subsets) => {
    const failing = await failsWith([4, 13])(subsets);
    tries += failing === undefined ? subsets.length : failing + 1;
    return failing;
  });
  expect(tries).toBeLessThan(60);
});
