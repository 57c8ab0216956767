// SPDX-License-Identifier: GPL-3.0-or-later
// Figures that ask the database questions of their own, on both engines.
import { expect, it } from "vitest";
import type { Store } from "../../src/database/store.js";
import type { Manifest } from "../../src/manifest/schema.js";
import type { Cell, Figure } from "../../src/reports/figure.js";
import type { FigureName } from "../../src/reports/figure-names.js";
import { makeFigure } from "../../src/reports/figures.js";
import { formatFigureCsv } from "../../src/reports/format-figure.js";
import type { FigureSelection } from "../../src/reports/selection.js";
import { describeEngines } from "../database/support/engines.js";
import { feature, measure } from "./support/measure.js";

const HOSTILE = "'; drop table usage; --<script>";

const SUB = { kind: "sub-feature" } as const;
const FILE = { kind: "pseudo-file" } as const;

type Linkage = NonNullable<Manifest["executables"][number]["linkage"]>;

function link(libc: Linkage["libc"], form: Linkage["form"], calls: number, syscalls?: readonly string[]): Manifest {
  const manifest = measure(["hello"], [feature("write", "required", { calls }), feature("brk", "any", { calls: 1 })]);
  const found = syscalls && { static: { syscalls: [...syscalls], unknown: [] } };
  return {
    ...manifest,
    package: { name: "hello" },
    workload: { ...manifest.workload, kind: "check" },
    executables: manifest.executables.map((executable) => ({ ...executable, ...found, linkage: { form, libc } })),
  };
}

const LINKED: readonly Manifest[] = [
  link("musl", "static", 1, ["write", "exit_group"]),
  link("glibc", "dynamic", 20),
  link(null, "static", 4),
];

function uses(name: string, syscall: string, [checked, ignored]: readonly [number, number]) {
  return { function: name, syscall, calls: checked + ignored, checked, passedOn: 0, stored: 0, ignored };
}

/** A version of curl whose source makes these calls. */
function source(version: string, results: readonly ReturnType<typeof uses>[]): Manifest {
  return measure(["curl", version], [feature("read", "any")], {
    workload: { ...measure(["curl"], []).workload, kind: "benchmark" },
    sources: { files: 3, filesWithErrors: 0, syscalls: ["openat", "close"], computed: 0, results: [...results] },
  });
}

const SOURCES: readonly Manifest[] = [
  source("8.9-1", [uses("open", "openat", [1, 9])]),
  source("8.14-1", [uses("open", "openat", [3, 1]), uses("close", "close", [0, 4])]),
];

const MANIFESTS: readonly Manifest[] = [
  measure(["redis", "5:7.0.9-1"], [feature("read", "required"), feature("brk", "any"), feature("dup", "stub")]),
  measure(
    ["redis", "5:7.0.15-1"],
    [
      feature("read", "required"),
      feature("brk", "required", { impact: [] }),
      feature("futex", "fake", {
        impact: [
          { treatment: "fake", metric: "metric", ratio: 0.62, pValue: 0.01 },
          { treatment: "fake", metric: "descriptors", ratio: null, pValue: 0.02 },
        ],
      }),
      feature("fcntl:F_SETFL", "required", SUB),
      feature("fcntl:F_SETFD", "any", { ...SUB, impact: [] }),
    ],
  ),
  ...LINKED,
  measure(["redis", "5:7.0.9-1", "arm64"], [feature("read", "required")]),
  measure(["redis", "5:7.0.15-1", "arm64"], [feature("read", "any"), feature("close", "fake")]),
  measure(
    ["nginx"],
    [
      feature("read", "any"),
      feature("fcntl:F_SETFD", "stub", SUB),
      feature("ioctl:TCGETS", "any", SUB),
      feature("/dev/urandom", "required", FILE),
      feature(HOSTILE, "any", FILE),
    ],
  ),
  ...SOURCES,
  measure([HOSTILE], [feature("read", null), feature(HOSTILE, null), feature("fcntl:F_SETFD", null, SUB)]),
];

async function fill(store: Store): Promise<void> {
  for (const manifest of MANIFESTS) {
    await store.mergeManifest(manifest);
  }
}

async function make(store: Store, name: FigureName, selection: Partial<FigureSelection> = {}): Promise<Figure> {
  const figure = await makeFigure(name, store, { workload: "suite", ...selection });
  expect(figure.rows.every((row) => row.length === figure.columns.length)).toBe(true);
  expect(figure.name).toBe(name);
  return figure;
}

const findRow = ({ rows }: Figure, place: number, cell: Cell): readonly Cell[] | undefined =>
  rows.find((row) => row[place] === cell);

describeEngines("figures of a database", ({ openStore }) => {
  it("heat-map: has the whole table of an architecture, and what is not in it at the end", async () => {
    const store = await openStore();
    await fill(store);
    const figure = await make(store, "heat-map");
    expect(figure.rows[0]).toEqual([0, "read", 3, 100, 1, 33.3, 1]);
    expect(findRow(figure, 1, "brk")).toEqual([12, "brk", 1, 33.3, 1, 33.3, 0]);
    expect(findRow(figure, 1, "reboot")).toEqual([169, "reboot", 0, 0, 0, 0, 0]);
    expect(figure.rows.at(-1)).toEqual([null, HOSTILE, 1, 33.3, 0, 0, 1]);
    expect(figure.rows.length).toBeGreaterThan(360);

    const arm = await make(store, "heat-map", { architecture: "arm64" });
    expect(findRow(arm, 1, "read")).toEqual([63, "read", 1, 100, 0, 0, 0]);
    expect(findRow(arm, 1, "open")).toBe(undefined);
    const one = await make(store, "heat-map", { packages: ["nginx"] });
    expect(findRow(one, 1, "read")).toEqual([0, "read", 1, 100, 0, 0, 0]);
    expect((await make(store, "heat-map", { workload: "benchmark", architecture: "arm64" })).rows).toEqual([]);
  });

  it("sub-features: counts functions of calls among the packages that were asked for them", async () => {
    const store = await openStore();
    await fill(store);
    expect((await make(store, "sub-features")).rows).toEqual([
      ["fcntl", "F_SETFD", 3, 100, 0, 0, 1, 0, 1, 1],
      ["fcntl", "F_SETFL", 1, 33.3, 1, 100, 0, 0, 0, 0],
      ["ioctl", "TCGETS", 1, 33.3, 0, 0, 0, 0, 1, 0],
    ]);
    expect((await make(store, "sub-features", { packages: ["redis"], architecture: "arm64" })).rows).toEqual([]);
  });

  it("pseudo-files: has hostile names as they are", async () => {
    const store = await openStore();
    await fill(store);
    const figure = await make(store, "pseudo-files");
    expect(figure.rows).toEqual([
      ["", HOSTILE, 1, 100, 0, 0, 0, 0, 1, 0],
      ["/dev", "/dev/urandom", 1, 100, 1, 100, 0, 0, 0, 0],
    ]);
    expect(formatFigureCsv(figure)).toContain(`,${HOSTILE},`);
  });

  it("impact: tells what each treatment changes", async () => {
    const store = await openStore();
    await fill(store);
    expect((await make(store, "impact")).rows).toEqual([
      ["redis", "5:7.0.15-1", "amd64", "sub-feature", "fcntl:F_SETFD", "fake", null, null, null, "", ""],
      ["redis", "5:7.0.15-1", "amd64", "sub-feature", "fcntl:F_SETFD", "stub", null, null, null, "", ""],
      [
        "redis",
        "5:7.0.15-1",
        "amd64",
        "syscall",
        "futex",
        "fake",
        -38,
        null,
        null,
        "descriptors, metric",
        "0.02, 0.01",
      ],
    ]);
    expect((await make(store, "impact", { packages: ["nginx"] })).rows).toEqual([]);
  });

  it("returns: adds up the sources of packages in their newest versions", async () => {
    const store = await openStore();
    await fill(store);
    expect((await make(store, "returns")).rows).toEqual([
      ["close", "close", 1, 4, 0, 0, 0, 0, 4],
      ["open", "openat", 1, 4, 3, 75, 0, 0, 1],
    ]);
    expect((await make(store, "returns", { packages: ["nginx"] })).rows).toEqual([]);
  });

  it("libc: shows programs that were linked to several C libraries", async () => {
    const store = await openStore();
    await fill(store);
    expect((await make(store, "libc", { workload: "check" })).rows).toEqual([
      ["hello", "", "", "glibc", "dynamic", 21, 2, 1, 0, 0, 1, null],
      ["hello", "", "", "musl", "static", 2, 2, 1, 0, 0, 1, 2],
      ["hello", "", "", null, "static", 5, 2, 1, 0, 0, 1, null],
    ]);
    expect((await make(store, "libc")).rows).toEqual([]);
  });

  it("comparison: has what static analysis found in programs and sources", async () => {
    const store = await openStore();
    await fill(store);
    const linked = await make(store, "comparison", { workload: "check" });
    expect(findRow(linked, 0, "hello")?.slice(3, 6)).toEqual([null, 2, 2]);
    const curl = await make(store, "comparison", { workload: "benchmark" });
    expect(findRow(curl, 0, "curl")?.slice(3, 6)).toEqual([2, null, 1]);
  });

  it("versions: counts calls of each version, as dpkg orders them", async () => {
    const store = await openStore();
    await fill(store);
    const { rows } = await make(store, "versions");
    expect(rows).toEqual([
      ["redis", "5:7.0.9-1", "amd64", 3, 1, null, null, null, null],
      ["redis", "5:7.0.9-1", "arm64", 1, 1, null, null, null, null],
      ["redis", "5:7.0.15-1", "amd64", 3, 2, 1, 1, 1, 0],
      ["redis", "5:7.0.15-1", "arm64", 2, 0, 1, 0, 0, 1],
    ]);
    expect((await make(store, "versions", { architecture: "arm64" })).rows).toEqual(
      rows.filter((row) => row[2] === "arm64"),
    );
  });

  it("drift: names what changed, architectures side by side; what was not asked for is no drift", async () => {
    const store = await openStore();
    await fill(store);
    const from = ["redis", "5:7.0.9-1", "5:7.0.15-1", "syscall"];
    expect((await make(store, "drift")).rows).toEqual([
      [...from, "brk", "amd64", "worse", "any", "required"],
      [...from, "close", "arm64", "added", null, "fake"],
      [...from, "dup", "amd64", "removed", "stub", null],
      [...from, "futex", "amd64", "added", null, "fake"],
      [...from, "read", "arm64", "better", "required", "any"],
    ]);
    expect((await make(store, "drift", { packages: ["nginx"] })).rows).toEqual([]);
  });
});
