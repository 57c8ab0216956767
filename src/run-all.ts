// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Starts work for every item at the same time and waits for all of it, also when something fails: what is thrown is the first
 * error, and nothing goes on behind the caller's back.
 */
export async function runAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((result) => {
    if (result.status === "rejected") {
      throw result.reason;
    }
    return result.value;
  });
}
