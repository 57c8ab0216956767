// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import type { BinaryPackage } from "../../src/debian/control.js";
import { findBuiltPackages, type Selection, selectPackages } from "../../src/debian/package-selection.js";

const binary = (name: string, architecture: string, buildProfiles?: string): BinaryPackage => ({
  name,
  architectures: [architecture],
  isUdeb: false,
  ...(buildProfiles !== undefined && { buildProfiles }),
});

const BINARIES = [
  binary("tool", "any"),
  binary("lib", "amd64"),
  binary("doc", "all"),
  binary("hurd", "hurd-i386"),
  binary("extra", "any", "<!stage1>"),
];
const built = findBuiltPackages(BINARIES, new Set(["any", "all", "amd64"]), { profiles: ["stage1"] });
const select = (selections: readonly Selection[], inherited: readonly Selection[] = []): readonly string[] =>
  selectPackages(built, selections, inherited).map(({ name }) => name);

describe("selectPackages", () => {
  it("leaves out other architectures and what the build profiles exclude", () => {
    expect(built.arch.map(({ name }) => name)).toEqual(["tool", "lib"]);
    expect(built.indep.map(({ name }) => name)).toEqual(["doc"]);
  });

  it.each<[string, readonly Selection[], readonly Selection[], readonly string[]]>([
    ["everything", [], [], ["tool", "lib", "doc"]],
    ["-a", [{ kind: "arch" }], [], ["tool", "lib"]],
    ["-i", [{ kind: "indep" }], [], ["doc"]],
    ["-a -i", [{ kind: "arch" }, { kind: "indep" }], [], ["tool", "lib", "doc"]],
    ["-plib", [{ kind: "package", name: "lib" }], [], ["lib"]],
    ["-phurd, which is not built", [{ kind: "package", name: "hurd" }], [], []],
    ["-Nlib", [{ kind: "exclude", name: "lib" }], [], ["tool", "doc"]],
    [
      "-plib -Nlib",
      [
        { kind: "package", name: "lib" },
        { kind: "exclude", name: "lib" },
      ],
      [],
      [],
    ],
    ["-a from dh", [], [{ kind: "arch" }], ["tool", "lib"]],
    ["-pdoc while dh says -a", [{ kind: "package", name: "doc" }], [{ kind: "arch" }], []],
    ["-Ntool from dh", [], [{ kind: "exclude", name: "tool" }], ["lib", "doc"]],
  ])("acts on the right packages for %s", (_, selections, inherited, names) => {
    expect(select(selections, inherited)).toEqual(names);
  });
});
