// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toSubFeatures } from "../../../src/analysis/sub-features/names.js";
import {
  recordArguments,
  ruleForSubFeature,
  UnknownSubFeatureError,
} from "../../../src/analysis/sub-features/rules.js";
import { SUB_FEATURE_SELECTORS, selectorsOf } from "../../../src/analysis/sub-features/selectors.js";
import { type Architecture, nameSyscall, numberSyscall } from "../../../src/tracing/syscall-table.js";
import type { RuleTarget } from "../../../src/tracing/trace-request.js";

const ARCHITECTURES: readonly Architecture[] = ["x86_64", "aarch64"];

/** As the tracer compares them (docs/tracer-protocol.md): the low 32 bits. */
function matches(target: RuleTarget, call: number | undefined, values: readonly number[]): boolean {
  return (
    target.kind === "syscall" &&
    target.call === call &&
    (target.conditions ?? []).every(
      ({ index, mask = 0xffffffff, value }) => ((values[index] ?? 0) & mask) >>> 0 === value,
    )
  );
}

/** All that a call with these six arguments uses. */
function namesOf(call: string, values: readonly number[], architecture: Architecture): readonly string[] {
  const lists = selectorsOf(call).map(({ indexes }) => indexes);
  const distinct = [...new Map(lists.map((indexes) => [indexes.join(), indexes])).values()];
  return distinct.flatMap((indexes) =>
    toSubFeatures(call, { indexes, values: indexes.map((index) => values[index] ?? 0) }, architecture),
  );
}

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 31 }).map((bit) => (1 << bit) >>> 0),
);
const call = fc.constantFrom(...new Set(SUB_FEATURE_SELECTORS.map((selector) => selector.call)));
const architecture = fc.constantFrom(...ARCHITECTURES);
const values = fc.array(word, { minLength: 6, maxLength: 6 });

describe("ruleForSubFeature", () => {
  it("gives every sub-feature of a call a rule that applies to the call", () => {
    fc.assert(
      fc.property(call, values, architecture, (called, made, native) => {
        const number = numberSyscall(native, called);
        fc.pre(number !== undefined);
        for (const name of namesOf(called, made, native)) {
          expect(matches(ruleForSubFeature(name, native), number, made), name).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("gives no sub-feature a rule that applies to a call without it", () => {
    fc.assert(
      fc.property(call, values, values, architecture, (called, made, others, native) => {
        const number = numberSyscall(native, called);
        fc.pre(number !== undefined);
        const used = namesOf(called, others, native);
        for (const name of namesOf(called, made, native)) {
          expect(matches(ruleForSubFeature(name, native), number, others), name).toBe(used.includes(name));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(ARCHITECTURES)("knows every name of the tables for %s, and no name twice for a call", (native) => {
    for (const selector of SUB_FEATURE_SELECTORS.filter((entry) => numberSyscall(native, entry.call) !== undefined)) {
      const names = selector.kind === "pair" ? selector.first(native) : selector.names(native);
      for (const [value, name] of selector.kind === "pair" ? [] : names) {
        if (selector.kind === "value" && value === selector.nothing) continue;
        const target = ruleForSubFeature(`${selector.call}:${name}`, native);
        const made = Array.from({ length: 6 }, (_, index) => (index === selector.indexes[0] ? value : 0));
        expect(matches(target, numberSyscall(native, selector.call), made), `${selector.call}:${name}`).toBe(true);
      }
    }
  });

  it("tests what the tracer is to test", () => {
    expect(ruleForSubFeature("ioctl:TCGETS", "x86_64")).toEqual({
      kind: "syscall",
      call: 16,
      conditions: [{ index: 1, value: 0x5401 }],
    });
    expect(ruleForSubFeature("mmap:MAP_ANONYMOUS", "x86_64").conditions).toEqual([
      { index: 3, mask: 0x20, value: 0x20 },
    ]);
    expect(ruleForSubFeature("mmap:PROT_NONE", "x86_64").conditions).toEqual([{ index: 2, value: 0 }]);
    expect(ruleForSubFeature("openat:O_RDONLY", "x86_64").conditions).toEqual([{ index: 2, mask: 3, value: 0 }]);
    expect(ruleForSubFeature("setsockopt:SOL_SOCKET/SO_REUSEADDR", "x86_64").conditions).toEqual([
      { index: 1, value: 1 },
      { index: 2, value: 2 },
    ]);
    expect(ruleForSubFeature("clone:CLONE_IO", "x86_64").conditions).toEqual([
      { index: 0, mask: 0x80000000, value: 0x80000000 },
    ]);
  });

  it.each([
    "",
    "ioctl",
    "ioctl:",
    "ioctl:TCGETTS",
    "ioctl:constructor",
    "ioctl:0x",
    "ioctl:0x1234567890",
    "ioctl:0x05401",
    "ioctl:-1",
    "getpid:1",
    "nosuchcall:0x1",
    "mmap:0x200",
    "mmap:flags=0x3",
    "mmap:flags=MAP_ANONYMOUS",
    "mmap:nofield=0x200",
    "mmap:huge=0x0",
    "getrandom:0x0",
    "getrandom:0x18",
    "setsockopt:SOL_SOCKET",
    "setsockopt:SOL_SOCKET/TCP_NODELAY",
    "setsockopt:SOL_SOCKET/SO_TYPE/SO_TYPE",
    "fcntl:F_GETFD\n--rule",
  ])("refuses %j", (name) => {
    expect(() => ruleForSubFeature(name, "x86_64")).toThrow(UnknownSubFeatureError);
    expect(() => ruleForSubFeature(name, "x86_64")).toThrow(/sub-feature of x86_64: expected CALL:NAME/);
  });

  it("refuses a call that the architecture does not have", () => {
    expect(() => ruleForSubFeature("arch_prctl:ARCH_SET_FS", "aarch64")).toThrow(UnknownSubFeatureError);
  });
});

describe("recordArguments", () => {
  it.each(ARCHITECTURES)("asks for calls of %s only, and for nothing twice", (native) => {
    const asked = recordArguments(native).map(
      ({ call, indexes }) => `${nameSyscall(native, Number(call))}:${indexes.join("+")}`,
    );
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain("ioctl:1");
    expect(asked).toContain("setsockopt:1+2");
    expect(asked.filter((text) => text.startsWith("syscall_"))).toEqual([]);
    expect(asked.includes("open:1")).toBe(native === "x86_64");
  });
});
