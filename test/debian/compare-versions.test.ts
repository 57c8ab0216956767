// SPDX-License-Identifier: GPL-3.0-or-later
import { execa } from "execa";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../src/debian/compare-versions.js";

const part = fc.string({ unit: fc.constantFrom(..."0019aZ.+~"), minLength: 1, maxLength: 6 }).map((text) => `1${text}`);
const version = fc
  .tuple(fc.option(fc.constantFrom("0", "1", "10")), part, fc.option(part))
  .map(([epoch, upstream, revision]) => `${epoch ? `${epoch}:` : ""}${upstream}${revision ? `-${revision}` : ""}`);

describe("compareVersions", () => {
  it.each([
    ["1.0", "1.00", 0],
    ["1.0~rc1", "1.0", -1],
    ["1.10", "1.9", 1],
    ["1:0.1", "9", 1],
    ["1.0-1", "1.0-1+b1", -1],
    ["1.0-1~deb12u1", "1.0-1", -1],
    ["1.0", "1.0-0", 0],
    ["1.0a", "1.0+", -1],
    ["20240102030405060708", "20240102030405060709", -1],
  ])("compares %s with %s", (left, right, expected) => {
    expect(Math.sign(compareVersions(left, right))).toBe(expected);
    expect(Math.sign(compareVersions(right, left))).toBe(-expected + 0);
  });

  it("says what dpkg says", async () => {
    const pairs = fc.sample(fc.tuple(version, version), 400);
    // One shell for all: starting dpkg is what takes time.
    const script =
      'while read -r a b; do if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" gt "$b"; then echo 1; else echo 0; fi; done';
    const { stdout } = await execa("sh", ["-c", script], {
      input: pairs.map((pair) => `${pair.join(" ")}\n`).join(""),
    });
    const ours = pairs.map(([left, right]) => String(Math.sign(compareVersions(left, right))));
    expect(ours.map((sign, index) => [...(pairs[index] ?? []), sign])).toEqual(
      stdout.split("\n").map((sign, index) => [...(pairs[index] ?? []), sign]),
    );
  });
});
