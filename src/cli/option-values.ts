// SPDX-License-Identifier: GPL-3.0-or-later
import { InvalidArgumentError } from "commander";

const LARGEST_COUNT = 1000;

/** The limit for a run of which nothing is known. */
export const DEFAULT_TIME_LIMIT_SECONDS = 3600;

/** For options that are repeatable. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Throws InvalidArgumentError, of which commander makes a sentence with the option. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > LARGEST_COUNT) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${LARGEST_COUNT}.`);
  }
  return count;
}

/** Throws InvalidArgumentError, of which commander makes a sentence with the option. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0) {
    throw new InvalidArgumentError("It must be a number of seconds greater than 0.");
  }
  return seconds;
}
