// SPDX-License-Identifier: GPL-3.0-or-later

/** Orders texts by code units, so that lists do not depend on anybody's locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
