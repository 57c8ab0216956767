// SPDX-License-Identifier: GPL-3.0-or-later

/** Efforts are counted in thousandths, so that sums are exact. */
export const EFFORT_UNITS = 1000;

/** More than this for one call is a mistake, and sums have to stay exact. */
export const LARGEST_EFFORT = 10_000;

/** What stubbing or faking a call costs where nobody says otherwise: a line in a table, beside 1 for a call that has to work. */
export const DEFAULT_TREATMENT_EFFORT = 0.01;

/** Understands an effort: a decimal number with at most three digits after the point. Undefined where it is none. */
export function parseEffort(text: string): number | undefined {
  return /^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) <= LARGEST_EFFORT ? Number(text) : undefined;
}

export function toUnits(effort: number): number {
  return Math.round(effort * EFFORT_UNITS);
}

export function fromUnits(units: number): number {
  return units / EFFORT_UNITS;
}
