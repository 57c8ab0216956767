// SPDX-License-Identifier: GPL-3.0-or-later
import type { Architecture } from "../../tracing/syscall-table.js";
import type { TracedArguments } from "../../tracing/trace-report.js";
import {
  type BitsSelector,
  type PairSelector,
  type SubFeatureSelector,
  selectorsOf,
  type ValueNames,
  type ValueSelector,
} from "./selectors.js";

/** A value as 0x-hexadecimal, as names of sub-features write it where the headers have no name. */
export function formatUnknown(value: number): string {
  return `0x${value.toString(16)}`;
}

function nameOr(names: ValueNames, value: number): string {
  return names.get(value) ?? formatUnknown(value);
}

/** Bitwise operators of JavaScript give signed numbers. */
function masked(value: number, mask: number): number {
  return (value & mask) >>> 0;
}

/** The single bits of a set. */
function splitBits(value: number): readonly number[] {
  return Array.from({ length: 32 }, (_, index) => (1 << index) >>> 0).filter((bit) => (value & bit) !== 0);
}

/** What follows the colon: the name alone, or for a number without a name, which argument has it where that is in doubt. */
function qualify(selector: SubFeatureSelector, name: string): string {
  const ambiguous = name.startsWith("0x") && selectorsOf(selector.call).length > 1;
  return `${selector.call}:${ambiguous ? `${selector.field}=` : ""}${name}`;
}

function nameValue(selector: ValueSelector, value: number, architecture: Architecture): readonly string[] {
  const part = masked(value, selector.mask);
  return part === selector.nothing ? [] : [nameOr(selector.names(architecture), part)];
}

function nameBits(selector: BitsSelector, value: number, architecture: Architecture): readonly string[] {
  const names = selector.names(architecture);
  const part = masked(value, selector.mask);
  const empty = part === 0 ? names.get(0) : undefined;
  return empty !== undefined ? [empty] : splitBits(part).map((bit) => nameOr(names, bit));
}

function namePair(selector: PairSelector, values: readonly number[], architecture: Architecture): readonly string[] {
  const [first = 0, second = 0] = values;
  const firstName = nameOr(selector.first(architecture), first >>> 0);
  return [`${firstName}/${nameOr(selector.second(architecture, firstName), second >>> 0)}`];
}

function nameValues(
  selector: SubFeatureSelector,
  values: readonly number[],
  architecture: Architecture,
): readonly string[] {
  switch (selector.kind) {
    case "value":
      return nameValue(selector, values[0] ?? 0, architecture);
    case "bits":
      return nameBits(selector, values[0] ?? 0, architecture);
    case "pair":
      return namePair(selector, values, architecture);
  }
}

/** Values of arguments of a call, as the tracer records them: the low 32 bits. */
export type ArgumentValues = Pick<TracedArguments, "indexes" | "values">;

/**
 * The sub-features that a call with these argument values uses: `ioctl:TCGETS`, `mmap:MAP_ANONYMOUS` (one for each flag),
 * `setsockopt:SOL_SOCKET/SO_REUSEADDR`. Numbers without a name stay visible: `ioctl:0x5fff`, and where the call has several
 * such arguments, `mmap:flags=0x200`. Selectors of arguments that were not recorded together are left out.
 */
export function toSubFeatures(call: string, recorded: ArgumentValues, architecture: Architecture): readonly string[] {
  return selectorsOf(call)
    .filter(({ indexes }) => indexes.length === recorded.indexes.length)
    .filter(({ indexes }) => indexes.every((index, place) => index === recorded.indexes[place]))
    .flatMap((selector) => nameValues(selector, recorded.values, architecture).map((name) => qualify(selector, name)));
}
