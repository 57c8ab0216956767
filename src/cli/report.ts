// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorkloadKind } from "../database/tables.js";
import { UsageError } from "../errors.js";
import type { Cell, Figure, FigureColumn } from "../reports/figure.js";
import type { FigureName } from "../reports/figure-names.js";
import { makeFigure } from "../reports/figures.js";
import { formatFigureCsv, formatFigureJson } from "../reports/format-figure.js";
import { type DatabaseOptions, withDatabase } from "./db.js";
import { printResult } from "./output.js";
import { renderTable } from "./table.js";
import { cleanText } from "./terminal.js";

/** The options of `loupe report`. */
export interface ReportOptions extends DatabaseOptions {
  /** Default: suite. */
  readonly workload?: WorkloadKind;
  readonly packages?: string;
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

/**
 * `loupe report`: shows a figure of what a usage database holds. Returns the exit status. Throws UsageError for a package that nothing is known
 * of, and where there is nothing to show.
 */
export async function reportCommand(name: FigureName, options: ReportOptions): Promise<number> {
  if (options.csv && options.json) {
    throw new UsageError("--csv and --json exclude each other");
  }
  const packages = options.packages?.split(",").map((word) => word.trim());
  return withDatabase(options, "existing", async (store) => {
    const known = new Set(packages === undefined ? [] : await store.listPackages());
    const unknown = packages?.find((word) => !known.has(word));
    if (unknown !== undefined) {
      throw new UsageError(`--packages: there is no measurement of ${JSON.stringify(unknown)} in ${store.location}`);
    }
    const { workload = "suite" } = options;
    const selection = { workload, ...(packages !== undefined && { packages }) };
    const figure = await makeFigure(name, store, selection);
    if (figure.rows.length === 0) {
      throw new UsageError(`${store.location}: no measurement by ${workload} that ${name} could be shown of`);
    }
    await printResult(format(figure, options));
    return 0;
  });
}
