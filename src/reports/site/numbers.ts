// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers for people. Intl would do it too, slower, and with the data of whatever ICU node was built with.

/** A count with a comma at each thousand. */
export function formatCount(count: number): string {
  return count < 1000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number with at most three decimals. */
export function formatNumber(value: number): string {
  const [whole = "", fraction] = value
    .toFixed(3)
    .replace(/\.?0+$/, "")
    .split(".");
  return formatCount(Number(whole)) + (fraction === undefined ? "" : `.${fraction}`);
}

/** A percentage with one decimal. */
export function formatPercent(percent: number): string {
  return `${percent.toFixed(1)} %`;
}

/** A part of a whole as a percentage without decimals, except that little is not nothing. */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return percent > 0 && percent < 1 ? "< 1 %" : percent < 100 && percent > 99 ? "> 99 %" : `${Math.round(percent)} %`;
}

/** A count with its thing. */
export function plural(count: number, thing: string, things = `${thing}s`): string {
  return `${formatCount(count)} ${count === 1 ? thing : things}`;
}

/** The middle of a sorted list; of two middles the lower one. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((left, right) => left - right)[(values.length - 1) >> 1];
}
