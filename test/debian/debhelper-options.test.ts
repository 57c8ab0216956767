// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { type OptionSpecification, parseDebhelperOptions } from "../../src/debian/debhelper-options.js";

type Name = "verbose" | "package" | "flag" | "maybe";

const SPECIFICATIONS: readonly OptionSpecification<Name>[] = [
  { name: "verbose", spellings: ["v", "verbose"], value: "none" },
  { name: "package", spellings: ["p", "package"], value: "required" },
  { name: "flag", spellings: ["f"], value: "none" },
  { name: "maybe", spellings: ["V"], value: "optional" },
];

const parse = (...words: string[]) => parseDebhelperOptions(words, SPECIFICATIONS);

describe("parseDebhelperOptions", () => {
  it.each([
    [["-v"], [{ name: "verbose" }]],
    [["-vf"], [{ name: "verbose" }, { name: "flag" }]],
    [["-pfoo"], [{ name: "package", value: "foo" }]],
    [["-vpfoo"], [{ name: "verbose" }, { name: "package", value: "foo" }]],
    [["-p", "foo"], [{ name: "package", value: "foo" }]],
    [["--package=foo"], [{ name: "package", value: "foo" }]],
    [["--package", "-v"], [{ name: "package", value: "-v" }]],
    [["--package="], [{ name: "package", value: "" }]],
    [["-V"], [{ name: "maybe", value: "" }]],
    [["-Vx"], [{ name: "maybe", value: "x" }]],
    [["-O--verbose"], [{ name: "verbose" }]],
    [
      ["-O", "--package=foo", "-f"],
      [{ name: "flag" }, { name: "package", value: "foo" }],
    ],
  ])("reads %j", (words, options) => {
    expect(parse(...words)).toMatchObject({ options, problems: [], operands: [] });
  });

  it("drops what -O passes on and nobody knows, but remembers it", () => {
    expect(parse("-O--buildsystem=cmake", "-O--builddirectory=b", "-O-B")).toEqual({
      options: [],
      problems: [],
      operands: [],
      passedOn: ["--buildsystem=cmake", "--builddirectory=b", "-B"],
    });
  });

  it.each([
    [["--unknown"], "Unknown option: unknown"],
    [["--unknown=1"], "Unknown option: unknown"],
    [["--verb"], "Unknown option: verb"],
    [["-Z"], "Unknown option: Z"],
    [["-p"], "Option p requires an argument"],
    [["--package"], "Option package requires an argument"],
    [["--verbose=1"], "Option verbose does not take an argument"],
    [["--v"], "Unknown option: v"],
    [["-O"], "Option O requires an argument"],
  ])("words the problem of %j as debhelper does", (words, problem) => {
    expect(parse(...words).problems).toEqual([problem]);
  });

  it("keeps what is no option, and everything after --", () => {
    expect(parse("a", "-v", "--", "-p", "--x")).toMatchObject({
      options: [{ name: "verbose" }],
      operands: ["a", "-p", "--x"],
    });
  });
});
