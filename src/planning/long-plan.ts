// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * A plan for so many packages takes some 20 s. One for 10,000 takes a minute, one for all source packages of Debian 12 half a minute to nine
 * (docs/reports.md).
 */
export const QUICKLY_PLANNED = 5000;

/** What to say before a plan that one has to wait for; undefined for one that comes soon. */
export function explainLongPlan(packages: number): string | undefined {
  return packages <= QUICKLY_PLANNED
    ? undefined
    : `planning for ${packages} packages, which takes minutes for each system; --packages chooses some`;
}
