// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The items of each key, in their order; keys in the order of their first items. As Map.groupBy() does, which is younger than the oldest
 * Node.js that this runs on.
 */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}
