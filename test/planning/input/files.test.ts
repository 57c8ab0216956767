// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import { readCostFile } from "../../../src/planning/input/cost-file.js";
import { readPackageOrder } from "../../../src/planning/input/package-order.js";
import { readPopularity, weighByPopularity } from "../../../src/planning/input/popcon.js";
import { writeInput } from "./write-input.js";

async function write(content: string): Promise<string> {
  return writeInput("file", content);
}

describe("readCostFile", () => {
  it("reads the cost of calls and of stubs", async () => {
    const { costs, unknown } = await readCostFile(
      await write("read 2.5\nmmap,8,0.2 # hard\npread\t3\nnope 1\n"),
      "x86_64",
    );
    expect(Object.fromEntries(costs)).toEqual({
      read: { implement: 2.5 },
      mmap: { implement: 8, treat: 0.2 },
      pread64: { implement: 3 },
    });
    expect(unknown).toMatchObject([{ line: 4, message: expect.stringContaining("nope") }]);
  });

  it.each([
    "read\n",
    "read many\n",
    "read -1\n",
    "read 0\n",
    "read 1 2 3\n",
    "read 1.0001\n",
    "read 1e9\n",
    "read NaN\n",
  ])("refuses %j", async (content) => {
    await expect(readCostFile(await write(content), "x86_64")).rejects.toThrow(/file:1: .* should be NAME COST/);
  });

  it("refuses a call that is there twice, and a file without any", async () => {
    await expect(readCostFile(await write("pread 1\npread64 2\n"), "x86_64")).rejects.toThrow(
      /:2: there is a cost of pread64/,
    );
    await expect(readCostFile(await write("# none\n"), "x86_64")).rejects.toThrow(/no cost of any system call/);
  });
});

describe("readPopularity", () => {
  const POPCON = `#Format
#rank name                            inst  vote   old recent no-files (maintainer)
1     dpkg                           190000 176543 10 20 1 (Dpkg Developers)
2     libc6                          180000 170000 10 20 1 (GNU Libc Maintainers)
-------------------------------------------------------
200   Total                          99999999 1 2 3 4
`;

  it("reads popcon's list and short ones", async () => {
    const expected = { dpkg: 190000, libc6: 180000 };
    expect(Object.fromEntries(await readPopularity(await write(POPCON)))).toEqual(expected);
    expect(Object.fromEntries(await readPopularity(await write("dpkg 190000\nlibc6 180000\n")))).toEqual(expected);
  });

  it("weighs a source package by its most popular binary package, and never less than 1", async () => {
    const popularity = await readPopularity(await write(POPCON));
    const weigh = (name: string, binaries: readonly string[]): number =>
      weighByPopularity(popularity, { name, binaries, needs: new Map() });
    expect([weigh("glibc", ["libc-bin", "libc6"]), weigh("dpkg", []), weigh("rare", ["rarer"])]).toEqual([
      180000, 190000, 1,
    ]);
  });

  it.each([["dpkg many\n"], ["dpkg\n"], ["dpkg -5\n"], ["x dpkg 5 1\n"]])("refuses %j", async (content) => {
    await expect(readPopularity(await write(content))).rejects.toThrow(/file:1: .*by_inst/);
  });
});

describe("readPackageOrder", () => {
  it("reads names in their order", async () => {
    expect(await readPackageOrder(await write("# 2020\nredis\nnginx # 2021\n"))).toEqual(["redis", "nginx"]);
  });

  it.each([
    ["redis nginx\n", /:1: .* is not the name of a package/],
    ["redis\nredis\n", /:2: "redis" is there already/],
    ["#\n", /names no package/],
  ])("refuses %j", async (content, sentence) => {
    await expect(readPackageOrder(await write(content))).rejects.toThrow(sentence);
  });

  it("names a file that is not there", async () => {
    await expect(readPackageOrder("/nonexistent/order")).rejects.toThrow(
      /^\/nonexistent\/order: cannot be read: no such file or directory/,
    );
  });
});
