// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { type DhLoupeOptions, readDhLoupeOptions } from "../../src/cli/dh-loupe-options.js";

const read = (words: readonly string[], variables: Record<string, string> = {}): DhLoupeOptions =>
  readDhLoupeOptions(words, variables, "/build/pkg");

describe("readDhLoupeOptions", () => {
  it("has debhelper's defaults and its own", () => {
    expect(read([])).toMatchObject({
      action: "run",
      verbose: false,
      noAct: false,
      selections: [],
      consider: [],
      observe: false,
      replicas: 3,
      strategy: "adaptive",
      strict: false,
    });
  });

  it("accepts every option that debhelper's commands share", () => {
    const words =
      "-v --verbose --no-act -a -i -pfoo -Nbar --remaining-packages -Pdebian/x --mainpackage=foo --name x -n -o -X y -A -d -Vz";
    expect(read(words.split(" "))).toMatchObject({
      verbose: true,
      noAct: true,
      remainingPackages: true,
      selections: [
        { kind: "arch" },
        { kind: "indep" },
        { kind: "package", name: "foo" },
        { kind: "exclude", name: "bar" },
      ],
    });
  });

  it("takes what dh hands down through an override target for a selection of its own kind", () => {
    const options = read(["--observe"], { DH_INTERNAL_OPTIONS: "-a\x1e-Nfoo\x1e-O--builddirectory=a b" });
    expect(options).toMatchObject({
      selections: [],
      inheritedSelections: [{ kind: "arch" }, { kind: "exclude", name: "foo" }],
      dhArguments: ["--builddirectory=a b"],
      observe: true,
    });
  });

  it("lets DEB_LOUPE_OPTIONS add to the package's options and have the last word", () => {
    const options = read(["--consider", "one", "--replicas=3", "--output=a"], {
      DEB_LOUPE_OPTIONS: "--consider './t/two words' --replicas 1 --output b",
    });
    expect(options).toMatchObject({ consider: ["*/one", "/build/pkg/t/two words"], replicas: 1, output: "b" });
  });

  it.each([
    [{ DH_VERBOSE: "1" }, "verbose"],
    [{ DH_NO_ACT: "1" }, "noAct"],
  ] as const)("reads %j", (variables, option) => {
    expect(read([], variables)[option]).toBe(true);
    expect(read([])[option]).toBe(false);
  });

  it.each([["--replicas=1.5"], ["--replicas=-1"], ["--replicas=101"], ["--time-limit=0"], ["--time-limit=soon"]])(
    "refuses %s",
    (word) => {
      expect(() => read([word])).toThrow(/^--(replicas|time-limit) cannot be ".*"; give a (whole )?number/);
    },
  );

  it("refuses a pattern that names nothing, and words that are no options", () => {
    expect(() => read(["--consider", ""])).toThrow(/--consider needs/);
    expect(() => read(["bzip2"])).toThrow(/Unexpected argument: bzip2/);
  });
});
