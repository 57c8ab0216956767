// SPDX-License-Identifier: GPL-3.0-or-later

function split<Item>(items: readonly Item[], parts: number): readonly (readonly Item[])[] {
  const size = Math.ceil(items.length / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(part * size, (part + 1) * size)).filter(
    (chunk) => chunk.length > 0,
  );
}

/**
 * Finds a subset that still fails and of which no single item can be left out: the ddmin algorithm of Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input" (IEEE TSE 28(2), 2002). The whole set is known to fail.
 */
export async function minimizeFailure<Item>(
  items: readonly Item[],
  fails: (subset: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let current = items;
  let parts = 2;
  while (current.length >= 2) {
    const reduced = await reduceOnce(current, parts, fails);
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
  fails: (subset: readonly Item[]) => Promise<boolean>,
): Promise<{ readonly items: readonly Item[]; readonly parts: number } | undefined> {
  const chunks = split(items, parts);
  for (const chunk of chunks) {
    if (await fails(chunk)) {
      return { items: chunk, parts: 2 };
    }
  }
  // With two parts, each complement is the other part, which was just tried.
  for (const chunk of chunks.length > 2 ? chunks : []) {
    const rest = items.filter((item) => !chunk.includes(item));
    if (await fails(rest)) {
      return { items: rest, parts: Math.max(2, parts - 1) };
    }
  }
  return undefined;
}
