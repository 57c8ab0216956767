// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/database/open-database.js";
import type { Store } from "../../src/database/store.js";
import type { Cell, Figure } from "../../src/reports/figure.js";
import type { FigureName } from "../../src/reports/figure-names.js";
import { makeFigure } from "../../src/reports/figures.js";
import { formatFigureCsv, formatFigureJson, formatFigureParts } from "../../src/reports/format-figure.js";
import type { FigureSelection } from "../../src/reports/selection.js";
import { exampleManifest } from "../manifest/example.js";

let directory: string;
let store: Store;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "loupe-reports-"));
  store = await openDatabase(join(directory, "usage.db"));
  const { confirmation, search, ...rest } = exampleManifest();
  expect([confirmation, search]).not.toContain(undefined);
  const failed = {
    ...rest,
    outcome: "baseline-fails" as const,
    reason: "exit status 1\nFAIL: one",
    features: [],
    conflicts: [],
  };
  const observed = rest.features.slice(1, 3).map(({ verdict, stub, fake, ...feature }) => {
    expect([verdict, stub, fake]).not.toContain(undefined);
    return feature;
  });
  for (const manifest of [
    exampleManifest(),
    { ...failed, package: { name: "broken" } },
    { ...failed, package: { name: "torn" } },
    { ...rest, package: { name: "seen" }, outcome: "observed" as const, features: observed, conflicts: [] },
  ]) {
    await store.mergeManifest(manifest);
  }
});

afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

async function make(name: FigureName, selection: Partial<FigureSelection> = {}): Promise<Figure> {
  const figure = await makeFigure(name, store, { workload: "suite", ...selection });
  expect(figure.rows.every((row) => row.length === figure.columns.length)).toBe(true);
  return figure;
}

const findRow = ({ rows }: Figure, place: number, cell: Cell): readonly Cell[] | undefined =>
  rows.find((row) => row[place] === cell);

describe("figures", () => {
  it("importance: counts who uses and who requires a feature", async () => {
    const figure = await make("importance");
    expect(findRow(figure, 1, "openat")).toEqual(["syscall", "openat", 2, 100, 1, 50, 0, 0, 0, 1]);
    expect(findRow(figure, 1, "write")).toEqual(["syscall", "write", 1, 50, 0, 0, 0, 1, 0, 0]);
  });

  it("comparison: counts calls of each package; what is not known is empty, not 0", async () => {
    const figure = await make("comparison");
    expect(findRow(figure, 0, "prog")).toEqual(["prog", "1.0-1", "amd64", null, null, 5, 2, 1, 1, 1]);
    expect(findRow(figure, 0, "seen")?.slice(5)).toEqual([2, null, null, null, null]);
    expect((await make("comparison", { packages: ["seen"] })).rows).toHaveLength(1);
  });

  it("outcomes: counts them apart, with the reason", async () => {
    expect((await make("outcomes")).rows).toEqual([
      ["baseline-fails", 2, 2, "exit status 1"],
      ["analyzed", 1, 1, ""],
      ["observed", 1, 1, ""],
    ]);
    expect((await make("outcomes", { packages: ["torn"] })).rows).toEqual([["baseline-fails", 1, 1, "exit status 1"]]);
    expect((await make("outcomes", { workload: "benchmark" })).rows).toEqual([]);
  });

  it("reasons: says of each required feature what broke", async () => {
    const figure = await make("reasons");
    expect(figure.rows.map((row) => row[4])).toEqual(["getsid", "openat"]);
    expect(findRow(figure, 4, "openat")?.slice(5)).toEqual([
      "exit status 1; its last lines:\nFAIL: one",
      "killed by SIGSEGV; it printed nothing",
    ]);
  });
});

describe("formats", () => {
  const figure: Figure = {
    name: "f",
    title: "F",
    columns: [
      { key: "a", title: "A", kind: "text" },
      { key: "n", title: "N", kind: "count" },
    ],
    rows: [
      ['say "no", twice\nor so', 1],
      ["=1+1", null],
    ],
  };

  it("quotes CSV, and lets no text be a formula", () => {
    expect(formatFigureCsv(figure)).toBe('a,n\r\n"say ""no"", twice\nor so",1\r\n\'=1+1,\r\n');
  });

  it.each(["csv", "json"] as const)("writes the same bytes part by part: %s", async (form) => {
    const { rows, ...head } = figure;
    async function* batches(): AsyncGenerator<Figure["rows"]> {
      yield* rows.map((row) => [row]);
      yield rows;
    }
    let text = "";
    for await (const part of formatFigureParts({ head, batches: batches() }, form)) {
      text += part;
    }
    const whole = { ...head, rows: [...rows, ...rows] };
    expect(text).toBe(form === "csv" ? formatFigureCsv(whole) : formatFigureJson(whole));
  });

  it("makes an object of each row", () => {
    expect(JSON.parse(formatFigureJson(figure))).toEqual({
      figure: "f",
      title: "F",
      rows: [
        { a: 'say "no", twice\nor so', n: 1 },
        { a: "=1+1", n: null },
      ],
    });
  });
});
