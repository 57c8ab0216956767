// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, it } from "vitest";
import {
  type Classification,
  classify,
  findNeverExecuted,
  hasCandidates,
  selectConsidered,
} from "../../src/debian/classification.js";
import type { ExecutedFile } from "../../src/debian/executed-file.js";
import type { ShippedFile, ShippedFiles } from "../../src/debian/shipped-files.js";
import type { TracedExecutable } from "../../src/tracing/trace-report.js";

const TREE = "/build/pkg-1.0";

const file = (name: string, path: string): ShippedFile => ({ package: name, path });

const SHIPPED: ShippedFiles = {
  byBuildId: new Map([
    ["aa", file("figlet", "/usr/bin/figlet-figlet")],
    ["bb", file("libyaml-0-2", "/usr/lib/libyaml-0.so.2")],
  ]),
  programsByName: new Map([["figlet-figlet", file("figlet", "/usr/bin/figlet-figlet")]]),
  librariesByName: new Map([["libyaml-0.so.2", file("libyaml-0-2", "/usr/lib/libyaml-0.so.2")]]),
  scriptsByHash: new Map([["5c", file("tools", "/usr/bin/tool")]]),
  scriptsByName: new Map([["tool", file("tools", "/usr/bin/tool")]]),
};

const ELF = (buildId?: string): ExecutedFile => ({ isLibtoolWrapper: false, ...(buildId && { buildId }) });
const SCRIPT = (hash: string, isLibtoolWrapper = false): ExecutedFile => ({ hash, isLibtoolWrapper });

function ran(path: string, more: Partial<TracedExecutable> = {}): TracedExecutable {
  return {
    id: 0,
    path,
    considered: true,
    execs: 1,
    processes: 1,
    exits: new Map(),
    signals: new Map(),
    abi: "x86_64",
    maps: [],
    calls: [],
    arguments: [],
    paths: [],
    ...more,
  };
}

/** Classifies what ran; `files` are those that are still there. */
async function classifyIn(
  executables: readonly TracedExecutable[],
  files: Readonly<Record<string, ExecutedFile>>,
): Promise<Classification> {
  return classify(executables, { tree: TREE, shipped: SHIPPED, readFile: async (path) => files[path] });
}

describe("classify", () => {
  it("knows a shipped program by its build-id, whatever its name and place", async () => {
    const paths = [`${TREE}/figlet`, "/tmp/copy/f"];
    const { own } = await classifyIn(
      paths.map((path) => ran(path)),
      Object.fromEntries(paths.map((path) => [path, ELF("aa")])),
    );
    expect(own.map(({ path, how, pattern }) => [path, how, pattern])).toEqual([
      ["/build/pkg-1.0/figlet", "build-id", "/build/pkg-1.0/figlet"],
      ["/tmp/copy/f", "build-id", "/tmp/copy/f"],
    ]);
  });

  it("knows a program that was linked anew by its name, also as libtool calls it", async () => {
    const paths = [`${TREE}/src/.libs/lt-figlet-figlet`, `${TREE}/src/.libs/figlet-figlet`];
    const { own } = await classifyIn(
      paths.map((path) => ran(path)),
      Object.fromEntries(paths.map((path) => [path, ELF("other")])),
    );
    expect(own.map(({ how }) => how)).toEqual(["relinked", "relinked"]);
  });

  it("leaves programs of the machine alone, though the package may be installed there", async () => {
    const executables = [ran("/usr/bin/figlet-figlet"), ran("/bin/sh", { script: "/usr/bin/tool" })];
    expect(
      await classifyIn(executables, { "/usr/bin/figlet-figlet": ELF("aa"), "/usr/bin/tool": SCRIPT("5c") }),
    ).toEqual({ own: [], inTree: [] });
    expect(hasCandidates(executables, TREE)).toBe(false);
  });

  it("finds the interpreter's script, by contents or else by name", async () => {
    const perl = "/usr/bin/perl";
    const { own, inTree } = await classifyIn(
      [
        ran(perl, { script: `${TREE}/renamed.pl` }),
        ran(perl, { script: `${TREE}/bin/tool` }),
        ran(perl, { script: `${TREE}/t/run.pl` }),
        ran(perl),
      ],
      {
        [`${TREE}/renamed.pl`]: SCRIPT("5c"),
        [`${TREE}/bin/tool`]: SCRIPT("before installation"),
        [`${TREE}/t/run.pl`]: SCRIPT("driver"),
      },
    );
    expect(own.map(({ path, how }) => [path, how])).toEqual([
      [`${TREE}/bin/tool`, "renamed-script"],
      [`${TREE}/renamed.pl`, "script"],
    ]);
    expect(inTree).toEqual([`${TREE}/t/run.pl`]);
  });

  it("does not take libtool's wrapper for a shipped script, nor debian/rules for a program", async () => {
    const { own, inTree } = await classifyIn(
      [ran("/bin/sh", { script: `${TREE}/tool` }), ran("/usr/bin/make", { script: `${TREE}/debian/rules` })],
      { [`${TREE}/tool`]: SCRIPT("wrapper", true) },
    );
    expect(own).toEqual([]);
    expect(inTree).toEqual([`${TREE}/tool`]);
  });

  it("finds programs of the tree that use a shipped library, by build-id or else by name", async () => {
    const maps = { exact: `${TREE}/.libs/libyaml.so`, relinked: `${TREE}/.libs/libyaml-0.so.2` };
    const { own, inTree } = await classifyIn(
      [
        ran(`${TREE}/t1`, { maps: ["/lib/libc.so.6", maps.exact] }),
        ran(`${TREE}/t2`, { maps: [maps.relinked] }),
        ran(`${TREE}/t3`, { maps: ["/usr/lib/libyaml-0.so.2"] }),
        ran("/usr/bin/python3", { maps: [maps.exact] }),
      ],
      { [maps.exact]: ELF("bb"), [maps.relinked]: ELF("cc"), "/usr/lib/libyaml-0.so.2": ELF("bb") },
    );
    expect(own.map(({ path, how, considered, file: { package: name } }) => [path, how, considered, name])).toEqual([
      [`${TREE}/t1`, "linked", "linked", "libyaml-0-2"],
      [`${TREE}/t2`, "linked", "linked", "libyaml-0-2"],
    ]);
    expect(inTree).toEqual([`${TREE}/t3`]);
  });

  it("finds a copy again whose directory is gone", async () => {
    const { own } = await classifyIn([ran(`${TREE}/tmp.x7/figlet-figlet`), ran("/tmp/tmp.a[1]/bin/figlet-figlet")], {});
    expect(own.map(({ pattern }) => pattern)).toEqual([`${TREE}/*/figlet-figlet`, "/tmp/*/figlet-figlet"]);
  });

  it("names a path with glob characters by exactly this path", async () => {
    const path = `${TREE}/a[1]*?`;
    const { own } = await classifyIn([ran(path)], { [path]: ELF("aa") });
    expect(own.map(({ pattern }) => pattern)).toEqual([`${TREE}/a[[]1][*][?]`]);
  });
});

describe("selectConsidered", () => {
  it("adds what the user names to the package's own programs, each once", async () => {
    const classification = await classifyIn([ran(`${TREE}/figlet`)], { [`${TREE}/figlet`]: ELF("aa") });
    expect(selectConsidered(classification, ["*/helper", `${TREE}/figlet`, "*/helper"])).toEqual([
      { pattern: `${TREE}/figlet`, reason: "shipped", package: "figlet" },
      { pattern: "*/helper", reason: "named" },
    ]);
  });

  it("knows which of them nothing executed", () => {
    const executables = [ran("/usr/bin/perl", { script: `${TREE}/t/run.pl` })];
    expect(findNeverExecuted(["*/run.pl", "*/perl", "*/helper"], executables)).toEqual(["*/helper"]);
  });
});
