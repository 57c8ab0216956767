// SPDX-License-Identifier: GPL-3.0-or-later
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  filterSources,
  parsePackageName,
  readPackageList,
  readPopcon,
  resolveNames,
  type SelectionFilter,
} from "../../src/batch/selection.js";
import { readIndexFile, SourcesIndex } from "../../src/debian/apt/sources-index.js";
import { openScratch } from "../support/scratch.js";

const INDEX = `Package: alpha
Binary: alpha, alpha-doc
Version: 1.0-1
Section: net
Testsuite: autopkgtest
Build-Depends: debhelper-compat (= 13), cmake (>= 3.1) | meson

Package: alpha
Binary: alpha
Version: 1.0-1+deb12u1
Section: net
Testsuite: autopkgtest
Build-Depends: debhelper-compat (= 13), cmake

Package: beta
Binary: libbeta1,
 libbeta-dev
Version: 1:2
Section: contrib/libs
Testsuite: autopkgtest-pkg-perl
Build-Depends: debhelper
Build-Depends-Arch: meson

Package: licences
Version: 1
Extra-Source-Only: yes

Package: gamma
Binary: gamma
Version: 3
Section: utils
`;

async function openIndex(): Promise<SourcesIndex> {
  const index = new SourcesIndex();
  await index.add(Readable.from([INDEX]));
  return index;
}

const everything: SelectionFilter = { sections: [], testsuites: [], buildSystems: [] };

test("an index has each package in its versions, and finds the newest", async () => {
  const index = await openIndex();
  expect(index.listNewest().map(({ source, version }) => `${source} ${version}`)).toEqual([
    "alpha 1.0-1+deb12u1",
    "beta 1:2",
    "gamma 3",
  ]);
  expect(index.find("alpha", "1.0-1")?.binaries).toEqual(["alpha", "alpha-doc"]);
  expect(index.find("beta")?.binaries).toEqual(["libbeta1", "libbeta-dev"]);
  const names = ["gamma", "alpha=1.0-1", "gamma", "delta", "alpha=7"].map((word) => parsePackageName(word));
  const { found, unknown } = resolveNames(names, index);
  expect(found.map(({ source, version }) => `${source} ${version}`)).toEqual(["gamma 3", "alpha 1.0-1"]);
  expect(unknown).toEqual([{ source: "delta" }, { source: "alpha", version: "7" }]);
});

test.each<[string, Partial<SelectionFilter>, readonly string[]]>([
  ["section", { sections: ["net"] }, ["alpha"]],
  ["pattern of sections", { sections: ["*libs", "utils"] }, ["beta", "gamma"]],
  ["Testsuite", { testsuites: ["autopkgtest-pkg-perl"] }, ["beta"]],
  ["build system", { buildSystems: ["cmake"] }, ["alpha"]],
  ["build system of Build-Depends-Arch", { buildSystems: ["meson"] }, ["beta"]],
  ["number", { most: 2 }, ["alpha", "beta"]],
  ["several at once", { sections: ["net"], buildSystems: ["meson"] }, []],
  [
    "popularity",
    {
      popularity: new Map([
        ["libbeta-dev", 9],
        ["alpha", 5],
      ]),
      most: 2,
    },
    ["beta", "alpha"],
  ],
])("filters by %s", async (_, filter, expected) => {
  const index = await openIndex();
  const sources = filterSources(index.listNewest(), { ...everything, ...filter });
  expect(sources.map(({ source }) => source)).toEqual(expected);
});

test("reads lists, popcon's files and compressed indexes, and names what is wrong in them", async () => {
  const scratch = await openScratch();
  const list = await scratch.file("list", "# popular\nalpha\n\nbeta=1:2 # pinned\n");
  expect(await readPackageList(list)).toEqual([{ source: "alpha" }, { source: "beta", version: "1:2" }]);
  await expect(readPackageList(await scratch.file("bad", "alpha\n../beta\n"))).rejects.toThrow(
    /bad:2: "..\/beta" is not the name of a source package/,
  );
  await expect(readPackageList("/nonexistent")).rejects.toThrow(/--from \/nonexistent cannot be read/);
  const popcon = await scratch.file("by_inst", "#rank name inst vote\n1     dpkg      248  230 1 17 0 (Dpkg)\n");
  expect([...(await readPopcon(popcon))]).toEqual([["dpkg", 248]]);
  await expect(readPopcon(list)).rejects.toThrow(/no line of it is "RANK NAME INSTALLED/);
  expect((await readIndexFile(await scratch.file("Sources.gz", gzipSync(INDEX)))).size).toBe(3);
  await expect(readIndexFile(await scratch.file("Sources.xz", "no xz"))).rejects.toThrow(
    /Sources.xz cannot be read: .*xz/,
  );
  await expect(readIndexFile(list)).rejects.toThrow(/there is no source package in it/);
});
