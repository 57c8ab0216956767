// SPDX-License-Identifier: GPL-3.0-or-later

function split<Item>(items: readonly Item[], parts: number): readonly (readonly Item[])[] {
  const size = Math.ceil(items.length / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(part * size, (part + 1) * size)).filter(
    (chunk) => chunk.length > 0,
  );
}

/** Tries subsets, at the same time where that is possible, and tells the index of one that fails. */
export type FindFailing<Item> = (subsets: readonly (readonly Item[])[]) => Promise<number | undefined>;

/**
 * Finds a subset that still fails and of which no single item can be left out: the ddmin algorithm of Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input" (IEEE TSE 28(2), 2002). The whole set is known to fail.
 */
export async function minimizeFailure<Item>(
  items: readonly Item[],
  findFailing: FindFailing<Item>,
): Promise<readonly Item[]> {
  let current = items;
  let parts = 2;
  while (current.length >= 2) {
    const reduced = await reduceOnce(current, parts, findFailing);
    if (reduced !== undefined) {
      current = reduced.items;
      parts = reduced.parts;
    } else if (parts >= current.length) {
      return current;
    } else {
      parts = Math.min(current.length, parts * 2);
    }
  }
  return current;
}

/** A part that fails alone, or the rest without a part that need not be there. */
async function reduceOnce<Item>(
  items: readonly Item[],
  parts: number,
  findFailing: FindFailing<Item>,
): Promise<{ readonly items: readonly Item[]; readonly parts: number } | undefined> {
  const chunks = split(items, parts);
  const failing = chunks[(await findFailing(chunks)) ?? -1];
  if (failing !== undefined) {
    return { items: failing, parts: 2 };
  }
  // With two parts, each complement is the other part, which was just tried.
  const rests = chunks.length > 2 ? chunks.map((chunk) => items.filter((item) => !chunk.includes(item))) : [];
  const rest = rests[(await findFailing(rests)) ?? -1];
  return rest && { items: rest, parts: Math.max(2, parts - 1) };
}
