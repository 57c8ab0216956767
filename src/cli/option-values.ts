// SPDX-License-Identifier: GPL-3.0-or-later
// Values of options that several commands have.
import { InvalidArgumentError } from "commander";

const LARGEST_COUNT = 1000;

/** For options that may be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > LARGEST_COUNT) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${LARGEST_COUNT}.`);
  }
  return count;
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0) {
    throw new InvalidArgumentError("It must be a number of seconds greater than 0.");
  }
  return seconds;
}
