// SPDX-License-Identifier: GPL-3.0-or-later
import fc from "fast-check";
import { expect, it } from "vitest";
import { findDuplicateKey } from "../../src/manifest/duplicate-keys.js";

it("finds none in what JSON.stringify() writes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 3 }), (value, indent) => {
      expect(findDuplicateKey(JSON.stringify(value, null, indent))).toBeUndefined();
    }),
  );
});

it("finds a key that is written twice into whatever object", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.jsonValue(),
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (key, one, two, rest) => {
        const name = JSON.stringify(key);
        const pairs = Object.entries(rest)
          .filter(([other]) => other !== key)
          .map((pair) => `,${pair.map((part) => JSON.stringify(part)).join(":")}`);
        const text = `{"outer":[{${name} : ${JSON.stringify(one)}${pairs.join("")}, ${name}:${JSON.stringify(two)}}]}`;
        expect(findDuplicateKey(text)).toBe(key);
      },
    ),
  );
});

it("knows a key in another spelling, and takes values for no keys", () => {
  expect(findDuplicateKey('{"a": 1, "\\u0061": 2}')).toBe("a");
  expect(findDuplicateKey('{"a": "a", "b": ["a", "a", {"a": "{"}], "c": "\\\\\\""}')).toBeUndefined();
});

it("is not overcome by depth or length", () => {
  expect(findDuplicateKey(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)).toBeUndefined();
  expect(findDuplicateKey(`["${"\\n".repeat(4_000_000)}"]`)).toBeUndefined();
});
