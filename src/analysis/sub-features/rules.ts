// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../../errors.js";
import { type Architecture, numberSyscall } from "../../tracing/syscall-table.js";
import type { ArgumentCondition, RecordedArguments, RuleTarget } from "../../tracing/trace-request.js";
import {
  type PairSelector,
  SUB_FEATURE_SELECTORS,
  type SubFeatureSelector,
  selectorsOf,
  type ValueNames,
} from "./selectors.js";

/** A name that is no sub-feature of the architecture, as far as the tables here know. */
export class UnknownSubFeatureError extends UsageError {
  override readonly name = "UnknownSubFeatureError";

  constructor(
    readonly subFeature: string,
    readonly architecture: Architecture,
  ) {
    super(
      `${JSON.stringify(subFeature)} is not a sub-feature of ${architecture}: ` +
        "expected CALL:NAME with a name of the kernel's headers (ioctl:TCGETS), or its number (ioctl:0x5401)",
    );
  }
}

const WHOLE_ARGUMENT = 0xffffffff;

/** A name of a table, or 0x-hexadecimal as `toSubFeatures` writes numbers without a name. */
function parseValue(names: ValueNames, text: string): number | undefined {
  if (/^0x(0|[1-9a-f][0-9a-f]{0,7})$/.test(text)) {
    return Number(text);
  }
  return [...names].find(([, name]) => name === text)?.[0];
}

function testArgument(index: number, value: number, mask: number): ArgumentCondition {
  return mask === WHOLE_ARGUMENT ? { index, value } : { index, mask, value };
}

function testPair(
  selector: PairSelector,
  text: string,
  architecture: Architecture,
): readonly ArgumentCondition[] | undefined {
  const [, firstName = "", secondName = ""] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const first = parseValue(selector.first(architecture), firstName);
  const second = parseValue(selector.second(architecture, firstName), secondName);
  return first === undefined || second === undefined
    ? undefined
    : selector.indexes.map((index, place) => ({ index, value: place === 0 ? first : second }));
}

/** The tests that hold for exactly the calls that `toSubFeatures` gives this name. */
function testSelector(
  selector: SubFeatureSelector,
  text: string,
  architecture: Architecture,
): readonly ArgumentCondition[] | undefined {
  if (selector.kind === "pair") {
    return testPair(selector, text, architecture);
  }
  const names = selector.names(architecture);
  const value = parseValue(names, text);
  if (value === undefined || (value & ~selector.mask) !== 0) {
    return undefined;
  }
  const [index] = selector.indexes;
  if (selector.kind === "value") {
    return value === selector.nothing ? undefined : [testArgument(index, value, selector.mask)];
  }
  if (value === 0) {
    return names.has(0) ? [testArgument(index, 0, selector.mask)] : undefined;
  }
  return (value & (value - 1)) === 0 ? [testArgument(index, value, value)] : undefined;
}

/** What of `flags=0x200` is for this selector; a bare number is not, where the call has several. */
function matchField(selector: SubFeatureSelector, text: string): string | undefined {
  const several = selectorsOf(selector.call).length > 1;
  const [, field, number] = /^(\w+)=(0x.*)$/.exec(text) ?? [];
  if (field !== undefined) {
    return several && field === selector.field ? number : undefined;
  }
  return several && text.startsWith("0x") ? undefined : text;
}

/**
 * What the tracer's rule for a sub-feature applies to: the calls that use it, and no others. A flag is tested alone, so its
 * rule also applies to calls that set other flags beside it.
 * Throws UnknownSubFeatureError for a name that `toSubFeatures` does not give on this architecture.
 */
export function ruleForSubFeature(name: string, architecture: Architecture): RuleTarget & { readonly kind: "syscall" } {
  const [, call = "", text = ""] = /^(\w+):(.+)$/.exec(name) ?? [];
  const number = numberSyscall(architecture, call);
  if (number !== undefined) {
    for (const selector of selectorsOf(call)) {
      const rest = matchField(selector, text);
      const conditions = rest === undefined ? undefined : testSelector(selector, rest, architecture);
      if (conditions !== undefined) {
        return { kind: "syscall", call: number, conditions };
      }
    }
  }
  throw new UnknownSubFeatureError(name, architecture);
}

/**
 * What the tracer has to record so that sub-features become known: each selecting argument of each call that the
 * architecture has, once.
 */
export function recordArguments(architecture: Architecture): readonly RecordedArguments[] {
  const recorded = new Map<string, RecordedArguments>();
  for (const { call, indexes } of SUB_FEATURE_SELECTORS) {
    const number = numberSyscall(architecture, call);
    if (number !== undefined) {
      recorded.set(`${call}:${indexes.join("+")}`, { call: number, indexes });
    }
  }
  return [...recorded.values()];
}
