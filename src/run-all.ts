// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Starts work for every item at the same time and waits for all of it, also when something fails: what is thrown is the first
 * error, and nothing goes on behind the caller's back.
 */
export async function runAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  return waitForAll(items.map(work));
}

/** The same for work that has been started, of which each piece may give something else. */
export async function waitForAll<const Started extends readonly Promise<unknown>[]>(
  started: Started,
): Promise<{ -readonly [Index in keyof Started]: Awaited<Started[Index]> }> {
  await Promise.allSettled(started);
  return Promise.all(started);
}
