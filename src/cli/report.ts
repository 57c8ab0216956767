// SPDX-License-Identifier: GPL-3.0-or-later
import type { Store } from "../database/store.js";
import type { WorkloadKind } from "../database/tables.js";
import { UsageError } from "../errors.js";
import { readPackageOrder } from "../planning/input/package-order.js";
import { explainLongPlan } from "../planning/long-plan.js";
import type { Cell, Figure, FigureColumn } from "../reports/figure.js";
import type { FigureName } from "../reports/figure-names.js";
import { explainNothing, FIGURE_OPTIONS, type FigureOption } from "../reports/figure-options.js";
import { makeFigure, streamFigure } from "../reports/figures.js";
import { formatFigureCsv, formatFigureJson, formatFigureParts } from "../reports/format-figure.js";
import { DEFAULT_ARCHITECTURE, type DebianArchitecture, type FigureSelection } from "../reports/selection.js";
import { type DatabaseOptions, withDatabase } from "./db.js";
import { printMessage, printParts, printResult } from "./output.js";
import { readSystems } from "./report-systems.js";
import { renderTable } from "./table.js";
import { cleanText } from "./terminal.js";

/** The options of `loupe report`. */
export interface ReportOptions extends DatabaseOptions {
  /** Default: suite. */
  readonly workload?: WorkloadKind;
  readonly packages?: string;
  readonly architecture?: DebianArchitecture;
  readonly os: readonly string[];
  readonly organic?: string;
  readonly csv: boolean;
  readonly json: boolean;
}

/** Longer texts are cut in tables; CSV and JSON have them whole. */
const LONGEST_CELL = 60;

function renderCell(cell: Cell, { kind }: FigureColumn): string {
  if (cell === null) {
    return "-";
  }
  if (typeof cell === "number") {
    return kind === "percent" ? cell.toFixed(1) : String(cell);
  }
  const text = cleanText(cell.split("\n")[0] ?? "");
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 3)}...` : text;
}

function renderFigure({ title, columns, rows }: Figure): string {
  const described = columns.map(({ title: name, kind }) => ({
    title: name,
    align: kind === "text" ? ("left" as const) : ("right" as const),
  }));
  const cells = rows.map((row) => columns.map((column, index) => renderCell(row[index] ?? null, column)));
  return `${title}\n${renderTable(described, cells)}\n`;
}

function format(figure: Figure, { csv, json }: ReportOptions): string {
  return json ? formatFigureJson(figure) : csv ? formatFigureCsv(figure) : renderFigure(figure);
}

/** What the options are called on the command line. */
const OPTION_NAMES: Readonly<Record<FigureOption, string>> = {
  packages: "--packages",
  architecture: "--architecture",
  systems: "--os",
  organic: "--organic",
};

function refuseOthers(name: FigureName, selection: FigureSelection): void {
  const options = Object.keys(OPTION_NAMES) as FigureOption[];
  const other = options.find((option) => selection[option] !== undefined && !FIGURE_OPTIONS[name].includes(option));
  if (other !== undefined) {
    const names = Object.entries(FIGURE_OPTIONS).filter(([, taken]) => taken.includes(other));
    throw new UsageError(
      `${OPTION_NAMES[other]} is not for ${name}, but for ${names.map(([taker]) => taker).join(", ")}`,
    );
  }
}

async function readSelection(name: FigureName, options: ReportOptions): Promise<FigureSelection> {
  const { workload = "suite", architecture, os, organic } = options;
  const packages = options.packages?.split(",").map((word) => word.trim());
  const given = {
    workload,
    ...(packages !== undefined && { packages }),
    ...(architecture !== undefined && { architecture }),
  };
  // Before any file is read: a wrong option is the first thing to hear of.
  refuseOthers(name, {
    ...given,
    ...(os.length > 0 && { systems: [] }),
    ...(organic !== undefined && { organic: [] }),
  });
  return {
    ...given,
    ...(os.length > 0 && { systems: await readSystems(os, architecture ?? DEFAULT_ARCHITECTURE) }),
    ...(organic !== undefined && { organic: await readPackageOrder(organic) }),
  };
}

async function refuseUnknownPackages(store: Store, { packages = [] }: FigureSelection): Promise<void> {
  const known = new Set(packages.length === 0 ? [] : await store.listPackages());
  const unknown = packages.find((word) => !known.has(word));
  if (unknown !== undefined) {
    throw new UsageError(`--packages: there is no measurement of ${JSON.stringify(unknown)} in ${store.location}`);
  }
}

/** A plan of a whole distribution is no reason to refuse it, but one to know why nothing happens. */
async function tellLongPlan(name: FigureName, store: Store, { workload, packages }: FigureSelection): Promise<void> {
  if (FIGURE_OPTIONS[name].includes("systems")) {
    const sentence = explainLongPlan(packages?.length ?? (await store.countPackages(workload)));
    if (sentence !== undefined) {
      printMessage(sentence);
    }
  }
}

interface Asked {
  readonly selection: FigureSelection;
  readonly options: ReportOptions;
}

/** Returns whether there was anything to show. */
async function showFigure(name: FigureName, store: Store, { selection, options }: Asked): Promise<boolean> {
  const form = options.json ? "json" : options.csv ? "csv" : undefined;
  // A table has to be known as a whole before its first line.
  const stream = form === undefined ? undefined : streamFigure(name, store, selection);
  if (form !== undefined && stream !== undefined) {
    return (await printParts(formatFigureParts(stream, form))) > 0;
  }
  const figure = await makeFigure(name, store, selection);
  if (figure.rows.length > 0) {
    await printResult(format(figure, options));
  }
  return figure.rows.length > 0;
}

/**
 * `loupe report`: shows a figure of what a usage database holds. Returns the exit status. Throws UsageError for a package that nothing is known
 * of, a file or an option that cannot be used, and where there is nothing to show.
 */
export async function reportCommand(name: FigureName, options: ReportOptions): Promise<number> {
  if (options.csv && options.json) {
    throw new UsageError("--csv and --json exclude each other");
  }
  const selection = await readSelection(name, options);
  return withDatabase(options, "read", async (store) => {
    await refuseUnknownPackages(store, selection);
    await tellLongPlan(name, store, selection);
    if (!(await showFigure(name, store, { selection, options }))) {
      throw new UsageError(`${store.location}: ${explainNothing(name, selection)}`);
    }
    return 0;
  });
}
