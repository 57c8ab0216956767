// SPDX-License-Identifier: GPL-3.0-or-later

/** Insertion may move so many items, for each that there is, until another way is faster. */
const FEW_MOVES = 16;

/**
 * Sorts by falling keys. From step to step hardly anything changes its place, which insertion is fastest for; where much has
 * changed it gives up. Equal keys stay as they are.
 */
export function sortAgain(ranking: Int32Array, keys: Float64Array): void {
  let moves = ranking.length * FEW_MOVES;
  for (let place = 1; place < ranking.length; place++) {
    const index = ranking[place] as number;
    const key = keys[index] as number;
    let free = place;
    for (; free > 0 && (keys[ranking[free - 1] as number] as number) < key; free--) {
      ranking[free] = ranking[free - 1] as number;
    }
    ranking[free] = index;
    moves -= place - free;
    if (moves < 0) {
      ranking.sort((left, right) => (keys[right] as number) - (keys[left] as number));
      return;
    }
  }
}
