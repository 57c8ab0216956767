// SPDX-License-Identifier: GPL-3.0-or-later
// Interleaved measurement: native, under the kernel's mechanism alone, under loupe-tracer and under strace in turn, so that what slows the
// machine for a while slows all of them.

/** One thing whose time is compared. Each function makes one run and gives its time, in any unit common to all. */
export interface Row {
  name: string;
  /** The highest ratio to the native time that is wanted; absent where a figure is for information only. */
  goal?: number;
  native: () => Promise<number>;
  /** The kernel's mechanism doing nothing: no tracer that uses it can cost less. Absent where none stands for the whole row. */
  floor?: () => Promise<number>;
  loupe: () => Promise<number>;
  strace: () => Promise<number>;
}

/** Ratios to the native run of the same round. */
export interface Ratio {
  median: number;
  lowest: number;
  highest: number;
}

export interface Figure {
  name: string;
  goal?: number;
  floor?: Ratio;
  loupe: Ratio;
  strace: Ratio;
}

export function summarize(ratios: readonly number[]): Ratio {
  const sorted = [...ratios].sort((left, right) => left - right);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    lowest: at(0),
    highest: at(sorted.length - 1),
  };
}

/** Runs a row for the given number of rounds, after one that is thrown away: it fills the caches. */
export async function measure(row: Row, rounds: number): Promise<Figure> {
  const floor: number[] = [];
  const loupe: number[] = [];
  const strace: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const native = await row.native();
    const withFloor = await row.floor?.();
    const withLoupe = await row.loupe();
    const withStrace = await row.strace();
    if (round < 0) continue;
    if (withFloor !== undefined) floor.push(withFloor / native);
    loupe.push(withLoupe / native);
    strace.push(withStrace / native);
  }
  const { name, goal } = row;
  return {
    name,
    ...(goal === undefined ? {} : { goal }),
    ...(floor.length > 0 && { floor: summarize(floor) }),
    loupe: summarize(loupe),
    strace: summarize(strace),
  };
}
